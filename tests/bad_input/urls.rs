//! Addresses of targets that are wrong, and the password in them that nobody must see.

use super::{fails, ledger_kept, users};
use crate::support::{Kind, Output, Project, targets};

const SECRET: &str = "geheim7";

#[track_caller]
fn hidden(output: Output, code: i32, words: &[&str]) {
    assert!(
        !output.stdout.contains(SECRET) && !output.stderr.contains(SECRET),
        "the password is shown: {output:?}"
    );
    fails(output, code, words);
}

/// Every command that takes a target, in words and as JSON.
#[track_caller]
fn everywhere(project: &Project, url: &str, code: i32, words: &[&str]) {
    for verb in [&["up"][..], &["up", "--dry-run"], &["plan"], &["status"], &["down", "root"], &["verify"]] {
        for format in ["text", "json"] {
            let mut args = vec!["--format", format];
            args.extend(verb);
            args.extend(["--target", url]);
            hidden(project.strat(args), code, words);
        }
    }
}

#[test]
fn a_server_that_nobody_is_at() {
    let project = users();
    ledger_kept(&project, || {
        for scheme in ["postgres", "mysql"] {
            let url = format!("{scheme}://ada:{SECRET}@127.0.0.1:1/app");
            everywhere(
                &project,
                &url,
                6,
                &[&format!("{scheme}://ada:***@127.0.0.1:1/app"), "refused", "hint: check host and port"],
            );
        }
        let url = format!("postgres://ada:{SECRET}@no-such-host.invalid/app?connect_timeout=3");
        hidden(
            project.strat(["up", "--target", &url]),
            6,
            &["no-such-host.invalid", "hint: check host and port"],
        );
    });
}

#[test]
fn a_wrong_password_is_never_shown() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = users();
        let (head, rest) = target.url.split_once("://").unwrap();
        let (login, rest) = rest.rsplit_once('@').unwrap();
        let user = login.split(':').next().unwrap();
        let url = format!("{head}://{user}:{SECRET}@{rest}");
        everywhere(&project, &url, 6, &[":***@", "hint: check user and password in the URL"]);
        // By way of strat.ron, a variable and a file it is as hidden.
        project.write("strat.ron", format!("(default: \"a\", targets: {{\"a\": (url: \"{url}\"), \"b\": (env: \"B\"), \"c\": (file: \"c.url\")}})"));
        project.write("c.url", &url);
        let mut command = project.command(["up", "--target", "b"]);
        hidden(Output::from(command.env("B", &url).output().unwrap()), 6, &["***"]);
        hidden(project.strat(["up"]), 6, &["***"]);
        hidden(project.strat(["up", "--target", "c"]), 6, &["***"]);
        hidden(
            Output::from(project.command(["status"]).env("DATABASE_URL", &url).output().unwrap()),
            6,
            &["***"],
        );
        assert!(project.files("ledger/entries").len() == 1);
        assert!(target.try_sql("SELECT count(*) FROM strat_journal").is_err(), "{}", target.name);
    }
}

#[test]
fn malformed_urls_do_not_show_the_password_either() {
    let project = users();
    let bad = [
        "postgres://ada:SECRET/x@h:1/app",
        "postgres://ada:SECRET?x@h:1/app",
        "postgres://ada:SECRET#x@h:1/app",
        "postgres://ada:x#SECRET@h:1/app",
        "postgres://ada:SECRET%@h:1/app",
        "postgres://ada:SECRET@h:port/app",
        "postgres://ada:SECRET@[h:1/app",
        "postgres://ada:SECRET@h:1",
        "postgres//ada:SECRET@h:1/app",
        "postgres:ada:SECRET@h:1/app",
        "postgress://ada:SECRET@h:1/app",
        "ada:SECRET@h:1/app",
        "://ada:SECRET@h:1/app",
        "postgres://h:1/app?passwort=SECRET",
        "postgres://h:1/app?SECRET",
        "postgres://h:1/app?password=SECRET%",
        "postgres://h:1/app?password=SECRET&port=x",
        "postgres://ada@h:1/app?sslmode=SECRET",
        "mysql://ada:SECRET@h:1/app?x=SECRET",
        "sqlite://ada:SECRET@h:1/app.db",
        "sqlite:app.db?key=SECRET",
        "sqlite:app.db?SECRET",
    ];
    for url in bad {
        let url = url.replace("SECRET", SECRET);
        ledger_kept(&project, || hidden(project.strat(["up", "--target", &url]), 1, &["hint: "]));
        hidden(project.strat(["--format", "json", "status", "--target", &url]), 1, &["hint: "]);
    }
    // Two `@` are no riddle: the last one ends the password.
    let url = format!("postgres://ada:x@{SECRET}@127.0.0.1:1/app");
    hidden(project.strat(["up", "--target", &url]), 6, &["ada:***@127.0.0.1:1"]);
}

#[test]
fn a_mistake_in_strat_ron_beside_a_password_does_not_show_it() {
    let project = users();
    for text in [
        "(targets: {\"a\": (urk: \"postgres://ada:SECRET@h/app\")})",
        "(targets: {\"a\": (url: \"postgres://ada:SECRET@h/app\", env: \"A\")})",
        "(targets: {\"a\": (url: \"postgres://ada:SECRET@h/app\"})",
        "(targets: {\"a\": (url: \"postgres://ada@h/app?password=SECRET\", protectet: true)})",
        "(defualt: \"a\", targets: {\"a\": (url: \"postgres://ada:SECRET@h/app\")})",
        "(default: \"b\", targets: {\"a\": (url: \"postgres://ada:SECRET@h/app\")})",
    ] {
        project.write("strat.ron", text.replace("SECRET", SECRET));
        hidden(project.strat(["up"]), 1, &["strat.ron:1:", "^"]);
    }
    // Of a long line only a window is shown: wherever it begins and ends.
    for length in (0..220).step_by(9) {
        let (pad, text) = (
            "p".repeat(length),
            "(targets: {\"a\": (url: \"postgres://ada:SECRET@h/PAD\", protectet: true)})",
        );
        project.write("strat.ron", text.replace("SECRET", SECRET).replace("PAD", &pad));
        hidden(project.strat(["up"]), 1, &["protectet"]);
        let text = "(targets: {\"a\": (protectet: true, url: \"postgres://PAD:SECRET@h/a\")})";
        project.write("strat.ron", text.replace("SECRET", SECRET).replace("PAD", &pad));
        hidden(project.strat(["up"]), 1, &["protectet"]);
    }
}

#[test]
fn a_target_that_is_not_in_strat_ron() {
    let project = users();
    project.write(
        "strat.ron",
        "(targets: {\"staging\": (url: \"sqlite:s.db\"), \"prod\": (env: \"PROD_URL\")})",
    );
    fails(
        project.strat(["up", "--target", "stagign"]),
        1,
        &["there is no target `stagign`", "did you mean `staging`?"],
    );
    fails(project.strat(["up", "--target", "prod"]), 1, &["PROD_URL", "isn't set", "hint: set PROD_URL"]);
    assert!(!project.path("s.db").exists());
}
