//! Sums by group.

use super::{
    AGGREGATE, SUM, filled, killed_and_resumed, receipt, settled, slowly, until_there, up, workspace,
};
use crate::support::{Kind, Target, targets};

const ROWS: usize = 300;

/// What the guest made is what the database comes to by itself.
#[track_caller]
fn sums(target: &Target) {
    let own = "SELECT org, day, count(*), sum(amount) FROM events WHERE day IS NOT NULL GROUP BY org, day ORDER BY org, day";
    let made = "SELECT org, day, events, amount FROM daily ORDER BY org, day";
    assert_eq!(target.sql(made), target.sql(own), "{}", target.name);
    let named = "SELECT DISTINCT org, coalesce(name, '-') FROM daily ORDER BY org";
    assert_eq!(target.sql(named), [["o0", "Zéro"], ["o1", "-"], ["o4", "Four"]], "{}", target.name);
}

#[test]
fn groups_are_summed_alike_everywhere_and_in_batches_of_any_size() {
    let mut first: Option<Vec<String>> = None;
    for target in targets::all() {
        // Smaller than a group, not a multiple of any, larger than all.
        for batch in ["1", "7", "5000"] {
            let target = targets::fresh(target.kind).expect("as this one was had");
            let project = workspace(AGGREGATE);
            filled(&project, &target, ROWS);
            up(&project, &target, batch);
            sums(&target);
            settled(&project, &target);
            let found = receipt(&target);
            assert!(
                found[0] == "read: 277," && !found.iter().any(|line| line.starts_with("late")),
                "{found:?}"
            );
            match &first {
                Some(first) => assert_eq!(*first, found, "{} in batches of {batch}", target.name),
                None => first = Some(found),
            }
        }
    }
}

#[test]
fn a_killed_aggregate_resumes_exactly_once_and_is_taken_back() {
    for target in targets::all() {
        let rows = if target.kind == Kind::Sqlite { 6000 } else { 1500 };
        let project = workspace(AGGREGATE);
        filled(&project, &target, rows);
        killed_and_resumed(&project, &target, rows, "daily", &[4, 9]);
        sums(&target);
        settled(&project, &target);
        let undisturbed = targets::fresh(target.kind).expect("as this one was had");
        filled(&project, &undisturbed, rows);
        up(&project, &undisturbed, "5000");
        assert_eq!(receipt(&target), receipt(&undisturbed), "{}", target.name);
        project.strat(["down", "-1", "--target", &target.url]).ok();
        assert_eq!(target.value("SELECT count(*) FROM daily"), "0", "{}", target.name);
        settled(&project, &target);
    }
}

#[test]
fn groups_that_changed_after_they_were_done_are_counted_and_new_ones_are_taken() {
    let target = targets::sqlite();
    let project = workspace(AGGREGATE);
    filled(&project, &target, 6000);
    let mut child = slowly(&project, &target, 6000);
    until_there(&target, &mut child, "daily", 3);
    // The first group is done; the last one begins behind the end.
    target.sql(
        ".timeout 20000\nINSERT INTO events (id, org, day, amount) VALUES (50000, 'o0', '2025-01-01', 1), (50001, 'o9', '2025-01-01', 5)",
    );
    let said = crate::kill::ended(child).expect_code(0).stdout;
    assert!(said.contains("groups that were done have changed by 1 rows since"), "{said}");
    assert_eq!(target.value("SELECT amount FROM daily WHERE org = 'o9'"), "5");
    assert!(receipt(&target).contains(&"late: 1,".to_owned()));
}

#[test]
fn a_missing_index_is_said_in_the_plan() {
    let target = targets::sqlite();
    let project = workspace(AGGREGATE);
    filled(&project, &target, 10);
    assert!(!project.strat(["plan", "--target", &target.url]).ok().contains("H203"));
    let other = workspace(&AGGREGATE.replace(r#"["org", "day"], read"#, r#"["day", "org"], read"#));
    let target = targets::fresh(target.kind).expect("a file");
    filled(&other, &target, 10);
    let said = other.strat(["plan", "--target", &target.url]).ok();
    assert!(said.contains("H203") && said.contains("no index begins with day, org"), "{said}");
    up(&other, &target, "3");
    sums(&target);
}

#[test]
fn a_row_too_many_or_too_few_is_refused() {
    for (from, to) in [("return out;", "return out.slice(1);"), ("return out;", "return out.concat(out);")] {
        let project = workspace(AGGREGATE);
        super::script(&project, "sum", &SUM.replace(from, to));
        project.strat(["unrecord"]).ok();
        project.strat(["record"]).ok();
        let target = targets::sqlite();
        filled(&project, &target, 40);
        let said = project.strat(["up", "--target", &target.url]).expect_code(3).stderr;
        assert!(said.contains("rows came back for"), "{said}");
    }
}
