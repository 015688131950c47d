//! A table split in two.

use super::{TRANSFER, filled, killed_and_resumed, receipt, settled, slowly, until_there, up, workspace};
use crate::support::{Kind, Target, targets};

const ROWS: usize = 240;

/// What has to be there, by the text of the posts.
#[track_caller]
fn split(target: &Target, rows: usize) {
    let (mut tags, mut mentions) = (0, 0);
    for id in (1..=rows).filter(|id| id % 5 != 0) {
        tags += id % 4;
        mentions += 1;
    }
    assert_eq!(target.value("SELECT count(*) FROM post_tags WHERE source = 'split'"), tags.to_string());
    assert_eq!(target.value("SELECT count(*) FROM mentions"), mentions.to_string());
    let seventh = target.sql("SELECT position, tag FROM post_tags WHERE post = 7 ORDER BY position");
    assert_eq!(seventh, [["0", "t7"], ["1", "t8"], ["2", "t9"]], "{}", target.name);
}

/// The derived keys, with what they belong to.
fn mentions(target: &Target) -> Vec<Vec<String>> {
    target.sql("SELECT author, times, id FROM mentions ORDER BY 1, 2, 3")
}

#[test]
fn a_table_is_split_alike_everywhere_and_in_batches_of_any_size() {
    let mut first: Option<(Vec<String>, Vec<Vec<String>>)> = None;
    for target in targets::all() {
        for batch in ["1", "7", "5000"] {
            let target = targets::fresh(target.kind).expect("as this one was had");
            let project = workspace(TRANSFER);
            filled(&project, &target, ROWS);
            let said = up(&project, &target, batch);
            assert!(said.contains("192 rows, made mentions 192, post_tags 288"), "{said}");
            split(&target, ROWS);
            settled(&project, &target);
            crate::verify::python(&project).ok();
            let found = (receipt(&target), mentions(&target));
            assert_eq!(
                found.0[..3],
                ["read: 192,", "changed: 480,", r#"made: {"mentions": 192, "post_tags": 288},"#]
            );
            match &first {
                Some(first) => assert_eq!(*first, found, "{} in batches of {batch}", target.name),
                None => first = Some(found),
            }
        }
    }
}

#[test]
fn it_is_taken_back_by_the_keys_that_were_kept_and_comes_again() {
    for target in targets::all() {
        let project = workspace(TRANSFER);
        filled(&project, &target, ROWS);
        up(&project, &target, "50");
        let before = (receipt(&target), mentions(&target));
        // The source may change, and others may have added rows: the way back is by what was inserted.
        target.sql("UPDATE posts SET tags = 'other' WHERE id = 7");
        target.sql("INSERT INTO post_tags (post, position, tag, source) VALUES (7, 9, 'mine', 'me')");
        project.strat(["down", "-1", "--target", &target.url]).ok();
        assert_eq!(target.sql("SELECT post, tag FROM post_tags"), [["7", "mine"]], "{}", target.name);
        assert_eq!(target.value("SELECT count(*) FROM mentions"), "0");
        assert_eq!(target.value("SELECT count(*) FROM strat_made"), "0");
        settled(&project, &target);
        target.sql("DELETE FROM post_tags; UPDATE posts SET tags = 't7,t8,t9' WHERE id = 7;");
        up(&project, &target, "50");
        assert_eq!((receipt(&target), mentions(&target)), before, "{}", target.name);
    }
}

#[test]
fn an_equal_step_of_another_entry_keeps_its_own_rows() {
    let target = targets::sqlite();
    let project = workspace(TRANSFER);
    filled(&project, &target, 40);
    up(&project, &target, "50");
    project.write("migrations/0003-again.ron", TRANSFER.replace("split the tags", "once more"));
    project.strat(["record"]).ok();
    // Done once more, it makes the same keys: nobody has rows twice unawares.
    project.strat(["up", "--target", &target.url]).expect_code(3);
    target.sql("UPDATE posts SET tags = NULL; INSERT INTO posts (id, author, tags) VALUES (99, 'z', '');");
    project.strat(["up", "--target", &target.url]).ok();
    assert_eq!(target.value("SELECT count(*) FROM mentions WHERE author = 'z'"), "1");
    project.strat(["down", "-1", "--target", &target.url]).ok();
    assert_eq!(target.value("SELECT count(*) FROM mentions WHERE author = 'z'"), "0");
    assert_eq!(target.value("SELECT count(*) FROM mentions"), "32");
    settled(&project, &target);
}

#[test]
fn a_killed_transfer_resumes_exactly_once() {
    for target in targets::all() {
        let rows = if target.kind == Kind::Sqlite { 3000 } else { ROWS };
        let project = workspace(TRANSFER);
        filled(&project, &target, rows);
        killed_and_resumed(&project, &target, rows, "mentions", &[10, 25]);
        split(&target, rows);
        settled(&project, &target);
        let undisturbed = targets::fresh(target.kind).expect("as this one was had");
        filled(&project, &undisturbed, rows);
        up(&project, &undisturbed, "5000");
        assert_eq!(receipt(&target), receipt(&undisturbed), "{}", target.name);
        assert_eq!(mentions(&target), mentions(&undisturbed), "{}", target.name);
    }
}

#[test]
fn a_transfer_that_was_cut_off_can_be_left() {
    let target = targets::sqlite();
    let project = workspace(TRANSFER);
    filled(&project, &target, 3000);
    let mut child = slowly(&project, &target, 3000);
    until_there(&target, &mut child, "mentions", 20);
    crate::kill::signal(&child, "KILL");
    crate::kill::ended(child);
    project.strat(["down", "head-1", "--target", &target.url]).ok();
    assert_eq!(
        target.value("SELECT (SELECT count(*) FROM mentions) + (SELECT count(*) FROM post_tags)"),
        "0"
    );
    settled(&project, &target);
    up(&project, &target, "100");
    split(&target, 3000);
}

#[test]
fn what_the_guest_does_wrong_is_told_with_the_row() {
    let target = targets::sqlite();
    for (from, to, wanted) in [
        (r#""@from": from, "@into": "mentions""#, r#""@from": 99, "@into": "mentions""#, "column @from"),
        (r#""@into": "mentions""#, r#""@into": "posts""#, "isn't declared under into"),
        (r#""mentions.author": row.author, "#, "", "column mentions.author"),
        (
            r#""mentions.times": tags.length"#,
            r#""mentions.times": tags.length, "post_tags.tag": "x""#,
            "a value in a row of mentions",
        ),
        ("row.tags.split(", "if (row.id === 7n) throw new Error('seven'); row.tags.split(", "id = 7"),
    ] {
        let project = workspace(TRANSFER);
        let script = super::SPLIT
            .replace(from, to)
            .replace("const tags = if", "if")
            .replace("; row.tags", "; const tags = row.tags");
        super::script(&project, "split", &script);
        project.strat(["unrecord"]).ok();
        project.strat(["record"]).ok();
        let target = targets::fresh(target.kind).expect("a file");
        filled(&project, &target, 40);
        let said = project.strat(["up", "--target", &target.url]).expect_code(3).stderr;
        assert!(said.contains(wanted) && said.contains("split"), "{wanted}: {said}");
        assert_eq!(target.value("SELECT count(*) FROM mentions"), "0");
    }
}

#[test]
fn rows_that_come_behind_the_end_while_it_runs_are_taken_too() {
    let target = targets::sqlite();
    let project = workspace(TRANSFER);
    filled(&project, &target, 3000);
    let mut child = slowly(&project, &target, 3000);
    until_there(&target, &mut child, "mentions", 10);
    target.sql(".timeout 20000\nINSERT INTO posts (id, author, tags) VALUES (10000, 'late', 'a,b')");
    crate::kill::ended(child).expect_code(0);
    assert_eq!(target.value("SELECT count(*) FROM post_tags WHERE post = 10000"), "2");
    assert_eq!(target.value("SELECT times FROM mentions WHERE author = 'late'"), "2");
}
