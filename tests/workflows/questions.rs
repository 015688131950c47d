//! Questions and answers: three enums, three tables, foreign keys with three actions, and seeds made by guests.
//!
//! The second `up` after a `down` is where this team's own tool stops: it leaves the enums behind.

use super::{down, foreign_keys, has_index, is_at_head, strict, tables, up, verified};
use crate::support::{Kind, Project, Target, root, targets};

const USER: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const GRADER: &str = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
const EXPERT: &str = "eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee";

/// The three of the example's drafts that are this team's.
fn project() -> Project {
    let project = Project::init();
    project.copy_in(&root().join("data-scripts"), "data-scripts");
    for draft in ["0001-users-and-experts", "0007-questions-and-answers", "0008-first-questions"] {
        let file = format!("migrations/{draft}.ron");
        project.write(&file, std::fs::read(root().join(&file)).unwrap());
    }
    project.strat(["record"]).ok();
    project
}

fn answer(target: &Target) {
    let rows = format!(
        "INSERT INTO users (id, email, name) VALUES ('{USER}', 'e@example.com', 'Edith'), ('{GRADER}', 'g@example.com', 'Gerd');
         INSERT INTO experts (id, user_id) VALUES ('{EXPERT}', '{USER}');
         INSERT INTO answers (id, expert_id, question_id, response_data, max_score, grader_id)
           SELECT '99999999-9999-4999-8999-999999999999', '{EXPERT}', id, '{{\"value\": \"B\"}}', max_score, '{GRADER}'
           FROM questions WHERE content = 'What is the purpose of cross-validation?'"
    );
    strict(target, &rows).unwrap();
}

/// What the guests made, however the database spells JSON.
fn seeds(target: &Target) -> Vec<Vec<String>> {
    target.sql(
        "SELECT c.name, c.weight, q.q_type, q.difficulty, q.max_score, q.content FROM questions q
         JOIN question_categories c ON c.id = q.category_id ORDER BY q.display_order",
    )
}

#[test]
fn up_down_and_up_again() {
    for target in targets::all() {
        let project = project();
        up(&project, &target, "head");
        let first = seeds(&target);
        assert_eq!(first.len(), 6, "{}", target.name);
        assert_eq!(
            first[0],
            ["Machine Learning", "20", "SINGLE", "EASY", "10", "What is the purpose of cross-validation?"]
        );
        assert_eq!(target.value("SELECT count(*) FROM question_categories"), "5");
        assert_eq!(foreign_keys(&target), "5", "{}: four, and the expert's user", target.name);
        verified(&project, &target);

        down(&project, &target, "root");
        assert_eq!(tables(&target), [""; 0], "{}", target.name);
        up(&project, &target, "head");
        assert_eq!(seeds(&target), first, "{}", target.name);
        assert!(is_at_head(&project, &target), "{}", target.name);

        down(&project, &target, "-1");
        assert_eq!(target.value("SELECT count(*) FROM questions"), "0", "{}", target.name);
        up(&project, &target, "head");
        assert_eq!(seeds(&target), first, "{}", target.name);
        verified(&project, &target);
    }
}

#[test]
fn foreign_keys_act_as_they_were_told() {
    for target in targets::all() {
        let project = project();
        up(&project, &target, "head");
        answer(&target);
        let refused = strict(&target, "DELETE FROM question_categories WHERE name = 'Machine Learning'");
        assert!(refused.is_err(), "{}: a category with questions", target.name);
        strict(&target, &format!("DELETE FROM users WHERE id = '{GRADER}'")).unwrap();
        assert_eq!(
            target.value("SELECT count(*) FROM answers WHERE grader_id IS NULL"),
            "1",
            "{}",
            target.name
        );
        strict(&target, &format!("DELETE FROM users WHERE id = '{USER}'")).unwrap();
        assert_eq!(target.value("SELECT count(*) FROM answers"), "0", "{}: through the expert", target.name);
    }
}

#[test]
fn answers_go_with_their_question() {
    for target in targets::all() {
        let project = project();
        up(&project, &target, "head");
        answer(&target);
        strict(&target, "DELETE FROM questions WHERE content LIKE 'What is the purpose%'").unwrap();
        assert_eq!(target.value("SELECT count(*) FROM answers"), "0", "{}", target.name);
    }
}

#[test]
fn enums_hold_and_defaults_fill() {
    for target in targets::all() {
        let project = project();
        up(&project, &target, "head");
        answer(&target);
        let row = target.sql("SELECT status, version, score FROM answers");
        assert_eq!(row, [["DRAFT", "1", "NULL"]], "{}", target.name);
        assert!(strict(&target, "UPDATE answers SET status = 'LOST'").is_err(), "{}", target.name);
        strict(&target, "UPDATE answers SET status = 'GRADED', score = 7.5").unwrap();
        for index in [
            "ix_questions_category_id",
            "ix_answers_expert_id",
            "ix_answers_question_id",
            "ix_answers_status",
        ] {
            assert!(has_index(&target, index), "{}: {index}", target.name);
        }
        if target.kind == Kind::Postgres {
            let types = "SELECT count(*) FROM pg_type WHERE typname IN ('questiontype', 'difficulty', 'answerstatus')";
            assert_eq!(target.value(types), "3");
            let index = "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_questions_target_specialties'";
            assert!(target.value(index).contains("USING gin"));
            let found = "SELECT count(*) FROM questions WHERE target_specialties @> '[\"CV\"]'";
            assert_eq!(target.value(found), "2");
            down(&project, &target, "root");
            assert_eq!(target.value(types), "0");
        }
    }
}
