//! `strat.ron`, and which target is meant.

use super::with_users;

#[test]
fn the_nearest_word_wins() {
    let mut project = with_users();
    let target = |project: &crate::support::Project, args: &[&str]| {
        let said = project.strat(["status"].iter().chain(args)).ok();
        said.lines().find(|line| line.starts_with("target")).unwrap().to_owned()
    };
    assert!(target(&project, &[]).starts_with("target sqlite:strat.db:"));
    project.write("strat.ron", r#"Settings(default: "dev", targets: {"dev": Target(url: "sqlite:dev.db"), "file": (file: "url.txt"), "env": (env: "WHERE")})"#);
    project.write("url.txt", "sqlite:from-file.db\n");
    assert!(target(&project, &[]).starts_with("target dev (sqlite:dev.db):"));
    assert!(target(&project, &["--target", "file"]).contains("(sqlite:from-file.db)"));
    let output = project.strat(["status", "--target", "env"]).expect_code(1);
    assert!(output.stderr.contains("set WHERE to its URL"), "{}", output.stderr);
    project.env("WHERE", "sqlite:from-env.db").env("DATABASE_URL", "sqlite:variable.db");
    assert!(target(&project, &["--target", "env"]).contains("(sqlite:from-env.db)"));
    assert!(target(&project, &[]).starts_with("target sqlite:variable.db:"));
    assert!(target(&project, &["--target", "sqlite:named.db"]).starts_with("target sqlite:named.db:"));
}

#[test]
fn relative_paths_count_from_the_workspace() {
    let project = with_users();
    project.strat(["-C", "migrations", "up"]).ok();
    assert!(project.path("strat.db").is_file() && !project.path("migrations/strat.db").exists());
}

#[test]
fn mistakes_in_the_settings_have_places() {
    let project = with_users();
    project.write("strat.ron", "(\n    targets: {\"dev\": (ulr: \"sqlite:x\")},\n)");
    let output = project.strat(["status"]).expect_code(1);
    assert!(output.stderr.contains("strat.ron:2:23: unknown field `ulr`"), "{}", output.stderr);
    assert!(output.stderr.contains("did you mean `url`?"), "{}", output.stderr);
}

#[test]
fn urls_are_refused_without_showing_passwords() {
    let project = with_users();
    for url in [
        "postgres://me:hunter2@host:99999/db",
        "postgres://me:hun/ter2@host/db",
        "oracle://me:hunter2@host/db",
        "postgres://me:hunter2@host/db?x=1",
    ] {
        let output = project.strat(["status", "--target", url]).expect_code(1);
        assert!(!output.stderr.contains("ter2") && output.stderr.contains("hint:"), "{}", output.stderr);
    }
    let output = project.strat(["status", "--target", "nowhere"]).expect_code(1);
    assert!(output.stderr.contains("no target `nowhere`"), "{}", output.stderr);
}

#[test]
fn protected_targets_want_hazards_accepted() {
    let project = with_users();
    super::record(
        &project,
        "0002-i",
        "CreateIndex(table: \"users\", index: (on: [Column(\"email\")], unique: true))",
    );
    project.write("strat.ron", r#"(targets: {"prod": (url: "sqlite:prod.db", protected: true)})"#);
    project.strat(["up", "0001-users", "--target", "prod"]).ok();
    let output = project.strat(["up", "--target", "prod"]).expect_code(4);
    assert!(output.stderr.contains("--accept H102"), "{}", output.stderr);
    project.strat(["up", "--target", "prod", "--accept", "H102"]).ok();
}
