//! What the catalogue's answers are read as, and what the server's own words for an expression or a query come to.

use model::Value;

use super::{
    super::{
        MYSQL,
        normal::{condition, query},
    },
    before, forked,
};
use crate::{Dialect, Projected};

#[expect(clippy::too_many_lines, reason = "a catalogue is a long table")]
fn answers() -> [Vec<Vec<Value>>; 6] {
    let text = |text: &str| Value::Text(text.to_owned());
    let column = |name: &str,
                  ty: &str,
                  null: &str,
                  default: Value,
                  extra: &str,
                  of: Value,
                  collation: Value| {
        vec![text("posts"), text(name), text(ty), text(null), default, text(extra), of, collation, text("")]
    };
    let bin = || text("utf8mb4_bin");
    let none = || Value::Null;
    let mut title = column("title", "varchar(50)", "YES", text("NULL"), "", none(), bin());
    title[8] = text("it's");
    let index = |name: &str, unique: i32, column: &str, order: &str| {
        vec![
            text("posts"),
            text(name),
            Value::Int(1 - i64::from(unique)),
            text(column),
            text(order),
            none(),
            none(),
            text("BTREE"),
        ]
    };
    [
        vec![
            vec![text("posts"), text("BASE TABLE"), text("")],
            vec![text("long"), text("VIEW"), text("VIEW")],
        ],
        vec![
            column("id", "bigint(20)", "NO", none(), "auto_increment", none(), none()),
            title,
            column("mood", "enum('happy','sad')", "YES", text("'sad'"), "", none(), bin()),
            column("parent", "bigint(20)", "YES", text("0"), "", none(), none()),
            column(
                "loud",
                "varchar(50)",
                "YES",
                text("NULL"),
                "STORED GENERATED",
                text("ucase(`title`)"),
                bin(),
            ),
            vec![
                text("long"),
                text("title"),
                text("varchar(50)"),
                text("YES"),
                none(),
                text(""),
                none(),
                bin(),
                text(""),
            ],
        ],
        vec![vec![text("posts"), text("posts_mood_check"), text("`mood` <> 'sad'"), text("Table")]],
        vec![
            ["posts", "posts_parent_fkey", "parent", "posts", "id", "SET NULL", "RESTRICT"]
                .map(text)
                .to_vec(),
        ],
        vec![
            index("PRIMARY", 1, "id", "A"),
            index("posts_loud", 0, "loud", "D"),
            index("posts_loud", 0, "title", "A"),
            index("posts_parent_fkey", 0, "parent", "A"),
            index("posts_title_key", 1, "title", "A"),
        ],
        vec![vec![
            text("long"),
            text(
                "select `d`.`posts`.`title` AS `title` from `d`.`posts` where octet_length(`d`.`posts`.`title`) > 3",
            ),
        ]],
    ]
}

#[test]
fn the_catalogue_is_read_into_what_is_projected() {
    let answers = answers();
    let live = MYSQL.read_catalog(&answers, &forked()).unwrap();
    assert_eq!(MYSQL.project(&before(), &forked()).differences(&live), []);
    assert!(MYSQL.read_catalog(&answers[1..], &forked()).is_err());
}

/// MariaDB's check of a JSON column keeps the name that the column was made with; one that somebody gave the table is a check.
#[test]
fn a_json_column_that_was_renamed_is_one() {
    let text = |text: &str| Value::Text(text.to_owned());
    let read = |level: &str| {
        let mut answers = answers();
        answers[1][1][2] = text("longtext");
        answers[2].push(vec![text("posts"), text("head"), text("json_valid(`title`)"), text(level)]);
        MYSQL.read_catalog(&answers, &forked()).unwrap()
    };
    let (renamed, by_hand) = (read("Column"), read("Table"));
    let found = |projected: &Projected| {
        let posts = &projected.tables["posts"];
        (posts.columns["title"].ty.clone(), posts.constraints.contains_key("head"))
    };
    assert_eq!(found(&renamed), ("json".to_owned(), false));
    assert_eq!(found(&by_hand), ("longtext".to_owned(), true));
}

#[test]
fn expressions_and_queries_agree_with_what_the_server_gives_back() {
    for (written, given) in [
        ("length(v) > 3 AND (ok OR NOT (n > 5))", "octet_length(`v`) > 3 and (`ok` <> 0 or `n` <= 5)"),
        ("NOT ok AND v NOT IN ('x')", "`ok` = 0 and `v` <> 'x'"),
        ("mod(n, 2) = 0 AND lower(v) <> 'a\\\\b'", "`n` MOD 2 = 0 and lcase(`v`) <> 'a\\\\b'"),
        ("v <> 'it''s' AND NOT (a AND b < 3)", "((`v` <> _utf8mb4'it\\'s') and (`a` = 0 or `b` >= 3))"),
        (
            "cast(n AS char) = '1' AND at > now()",
            "cast(`n` as char charset utf8mb4) = '1' and `at` > current_timestamp()",
        ),
    ] {
        assert_eq!(condition(written), condition(given), "{written}");
    }
    assert_ne!(condition("a AND b"), condition("a OR b"));
    for (written, given) in [
        (
            "SELECT id AS x, count(*) c FROM a INNER JOIN b AS q ON q.a = a.id WHERE EXISTS (SELECT 1 FROM c) ORDER BY id ASC LIMIT 3",
            "select `d`.`a`.`id` AS `x`,count(0) AS `y` from (`d`.`a` join `d`.`b` `q` on(`d`.`q`.`a` = `d`.`a`.`id`)) \
             where exists(select 1 from `d`.`c` limit 1) order by `d`.`a`.`id` limit 3",
        ),
        (
            "SELECT DISTINCT a.id FROM a, b WHERE a.id IN (SELECT y FROM v) UNION ALL SELECT z FROM c",
            "select distinct `d`.`a`.`id` AS `id` from `d`.`a` join `d`.`b` where `d`.`a`.`id` in (select `v`.`y` from `d`.`v`) \
             union all select `d`.`c`.`z` AS `z` from `d`.`c`",
        ),
    ] {
        assert_eq!(query(written), query(given));
    }
    assert_ne!(query("SELECT a FROM t WHERE b"), query("SELECT a FROM t WHERE c"));
}
