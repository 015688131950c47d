//! MySQL and MariaDB: the gentlest way the server can is asked for first, and what was taken stands in the journal.

use super::{is_there, record, shop, up};
use crate::support::{Kind, targets};

fn note(target: &crate::support::Target) -> String {
    let query = "SELECT CONVERT(record USING utf8mb4) FROM strat_journal WHERE kind = 'done' ORDER BY seq DESC LIMIT 1";
    let record = target.value(query);
    let from = record.find("carried out as").expect("it says how");
    record[from..].chars().take_while(|c| *c != '"').collect()
}

#[test]
fn the_gentlest_way_is_asked_for_first() {
    let Some(target) = targets::fresh(Kind::Mysql) else { return };
    let project = shop(&target);
    for (stem, step, expected) in [
        ("0002-column", r#"AddColumn(table: "users", column: (name: "note", type: Text))"#, "INSTANT"),
        ("0003-rename", r#"RenameColumn(table: "users", column: "note", to: "remark")"#, "INSTANT"),
        ("0004-drop", r#"DropColumn(table: "users", column: "remark")"#, "INSTANT"),
        (
            "0005-index",
            r#"CreateIndex(table: "users", index: (on: [Column("email")]))"#,
            "INPLACE with LOCK=NONE",
        ),
        ("0006-unique", r#"AddUnique(table: "users", columns: ["email"])"#, "INPLACE with LOCK=NONE"),
        ("0007-null", r#"SetNotNull(table: "users", column: "age")"#, "INPLACE with LOCK=NONE"),
        ("0008-wider", r#"ChangeType(table: "users", column: "email", to: Varchar(150))"#, "INSTANT"),
        ("0009-type", r#"ChangeType(table: "users", column: "age", to: BigInt)"#, "COPY"),
        ("0010-check", r#"AddCheck(table: "users", check: "age > 0", name: "old_enough")"#, "COPY"),
        ("0011-check", r#"DropConstraint(table: "users", name: "old_enough")"#, "INSTANT"),
        (
            "0012-fk",
            r#"AddForeignKey(table: "orders", columns: ["user_id"], references: "users", to: ["id"])"#,
            "COPY",
        ),
    ] {
        project.write(
            format!("migrations/{stem}.ron"),
            format!("Draft(message: \"{stem}\", accept: [\"H101\"], steps: [{step}])"),
        );
        project.strat(["record"]).ok();
        let plan = project.strat(["plan", "--target", &target.url]).ok();
        let tried =
            plan.lines().find_map(|line| line.trim().strip_prefix("tried: ")).expect(&plan).to_owned();
        let last = tried.split(';').next().unwrap_or_default().rsplit(", then ").next().unwrap_or_default();
        assert_eq!(last, expected, "{stem}: {plan}");
        assert_eq!(plan.contains("H202"), expected == "COPY", "{stem}: {plan}");
        up(&project, &target).ok();
        assert_eq!(note(&target), format!("carried out as {expected}"), "{stem}");
    }
    is_there(&project, &target);
}

/// What only the table itself knows shows when it is asked: people are told at once, and it stands in the journal.
#[test]
fn a_refused_way_is_told_of() {
    let Some(target) = targets::fresh(Kind::Mysql) else { return };
    let project = shop(&target);
    // A table of this kind can't be altered in its dictionary alone.
    target.sql("ALTER TABLE orders ROW_FORMAT=COMPRESSED");
    record(&project, "0002-column", r#"AddColumn(table: "orders", column: (name: "note", type: Text))"#);
    let said = up(&project, &target).expect_code(0);
    let said = said.stdout + &said.stderr;
    assert!(said.contains("the server refused INSTANT") && said.contains("and took INPLACE"), "{said}");
    assert!(note(&target).contains("since INSTANT was refused"), "{}", note(&target));
    is_there(&project, &target);
}
