//! Ten runs at once: one carries the plan out, the others wait for it and find nothing left to do.

use super::{is_there, record, shop};
use crate::support::targets;

#[test]
fn ten_runs_at_once_do_it_once() {
    for target in targets::all() {
        let project = shop(&target);
        record(
            &project,
            "0002-more",
            r#"AddColumn(table: "users", column: (name: "note", type: Text)),
            CreateIndex(table: "users", index: (on: [Column("email")])),
            AddForeignKey(table: "orders", columns: ["user_id"], references: "users", to: ["id"])"#,
        );
        let runs: Vec<_> =
            (0..10).map(|_| project.start(&["up", "--wait", "2m", "--target", &target.url])).collect();
        for run in runs {
            let output = run.wait_with_output().unwrap();
            assert!(output.status.success(), "{}: {}", target.name, String::from_utf8_lossy(&output.stderr));
        }
        let applied = "SELECT count(*) FROM strat_journal WHERE kind = 'applied'";
        assert_eq!(target.value(applied), "2", "{}", target.name);
        is_there(&project, &target);
    }
}
