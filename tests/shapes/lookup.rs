//! Small tables that a guest is handed whole.

use super::{AGGREGATE, filled, workspace};
use crate::kill::{ended, signal};
use crate::support::targets;

const BACKFILL: &str = r#"Draft(message: "names of authors", steps: [
    AddColumn(table: "posts", column: (name: "name", type: Text)),
    Backfill(script: "name", table: "posts", read: ["author"], write: ["name"], undo: None("the column goes with it"),
        lookups: {"people": (table: "orgs", rows: Where(NotNull("name")), read: ["name"])}),
])"#;

const NAME: &str = r#"const writes = { name: "text" };
function batch(rows) {
  const people = strat.lookup("people");
  if (strat.lookup("nobody") !== null) throw new Error("there is none of that name");
  return rows.map(() => ({ name: people.map((one) => one.code + "=" + one.name).join(" ") }));
}
"#;

#[test]
fn a_backfill_is_handed_the_rows_that_are_chosen_in_the_order_of_their_key() {
    for target in targets::all() {
        let project = workspace(AGGREGATE);
        super::script(&project, "name", NAME);
        project.write("migrations/0003-names.ron", BACKFILL);
        project.strat(["record"]).ok();
        project.strat(["up", "head-2", "--target", &target.url]).ok();
        filled(&project, &target, 30);
        target.sql("INSERT INTO orgs (code, name) VALUES ('O5', 'Five')");
        project.strat(["up", "--target", &target.url]).ok();
        assert_eq!(
            target.sql("SELECT DISTINCT name FROM posts"),
            [["O5=Five o0=Zéro o4=Four"]],
            "{}",
            target.name
        );
    }
}

#[test]
fn a_lookup_that_changed_while_the_step_was_cut_off_stops_it() {
    let target = targets::sqlite();
    let project = workspace(AGGREGATE);
    filled(&project, &target, 6000);
    let mut child = super::slowly(&project, &target, 6000);
    super::until_there(&target, &mut child, "daily", 3);
    signal(&child, "KILL");
    ended(child);
    target.sql("UPDATE orgs SET name = 'Another' WHERE code = 'o4'");
    let said = project.strat(["up", "--target", &target.url]).expect_code(3).stderr;
    assert!(said.contains("lookup orgs of script sum isn't what it was"), "{said}");
    target.sql("UPDATE orgs SET name = 'Four' WHERE code = 'o4'");
    project.strat(["up", "--target", &target.url]).ok();
    super::settled(&project, &target);
}

#[test]
fn a_table_that_is_too_large_is_refused_by_name() {
    let target = targets::sqlite();
    let project = workspace(AGGREGATE);
    filled(&project, &target, 10);
    target.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) INSERT INTO orgs (code) SELECT 'x' || i FROM n",
    );
    let said = project.strat(["up", "--target", &target.url]).expect_code(3).stderr;
    assert!(said.contains("lookup orgs: table orgs is too large, more than 100000 rows"), "{said}");
    target.sql("DELETE FROM orgs WHERE code LIKE 'x%'; UPDATE orgs SET name = hex(zeroblob(10000000)) WHERE code = 'o4'");
    let said = project.strat(["up", "--target", &target.url]).expect_code(3).stderr;
    assert!(said.contains("limit 16777216"), "{said}");
}
