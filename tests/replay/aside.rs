//! Rows that a step left as they were, seen again: whoever refused them.

use crate::support::{Project, targets};

const DOCS: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "slug", type: Varchar(20)),
], constraints: [(is: PrimaryKey(["id"])), (name: "docs_slug", is: Unique(["slug"]))])])"#;

const SLUGS: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"]),
])"#;

#[test]
fn what_a_constraint_refused_is_left_alone_again() {
    for target in targets::all() {
        let project = Project::init();
        let template = include_str!("../../data-scripts/sdk/wat/template.wat");
        let text = template.replace("@READ@", "title").replace("@WRITE@", "slug");
        project.write("data-scripts/slug/slug.wasm", sandbox::wat_to_wasm(&text).unwrap());
        project.write("migrations/0001-docs.ron", DOCS).write("migrations/0002-slugs.ron", SLUGS);
        project.strat(["record"]).ok();
        project.strat(["up", "head-1", "--target", &target.url]).ok();
        target.sql("INSERT INTO docs (id, title) VALUES (1, 'Same'), (2, 'SAME'), (3, 'A title of more than twenty letters'), (4, 'Other')");
        let words = ["up", "--set-aside", "2", "--reason", "so", "--target", &target.url];
        project.strat(words).ok();
        let rejects = project.strat(["backfill", "rejects", "--target", &target.url]).ok();
        assert!(
            rejects.contains("id = 2  constraint") && rejects.contains("id = 3  wrong type"),
            "{rejects}"
        );
        let replay = ["replay", "head", "--target", &target.url];
        project.strat(replay).ok();
        // Of the receipt alone nobody knows which rows the database refused.
        let file = project.path("receipts.jsonl").display().to_string();
        project.strat(["export", "receipts", "--target", &target.url, "-o", &file]).ok();
        project.strat(["replay", "head", "--target", &target.url, "--receipt-of", &file]).expect_code(7);
        project.strat(["replay", "head", "--target", &target.url, "--engine", "both"]).ok();
        // Mended since, the rows aren't those of the receipt any more.
        target.sql("UPDATE docs SET title = 'Third' WHERE id = 2");
        project.strat(replay).expect_code(7);
    }
}
