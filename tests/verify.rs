//! Two verifiers that share no code, `strat verify` and `verify/strat_verify.py`, on the repository's own ledger and on each way to
//! break it: both must come to the same exit code and name the same file.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;

use super::support::{Output, Project, root};

/// What the verifier in Python says.
pub fn python(project: &Project) -> Output {
    let script = root().join("tests/verify/strat_verify.py");
    Command::new("python3").arg(script).arg(project.path("ledger")).output().expect("python3 starts").into()
}

/// Breaks a copy of the ledger and asks both verifiers; `breaks` gives what both have to name.
#[track_caller]
fn broken(code: i32, breaks: impl FnOnce(&Project) -> String) {
    let project = Project::example();
    let name = breaks(&project);
    for (verifier, output) in [("strat", project.strat(["verify"])), ("python", python(&project))] {
        let said = format!("{}{}", output.stdout, output.stderr);
        assert_eq!(output.code, code, "{verifier} after breaking {name}:\n{said}");
        assert!(said.contains(&name), "{verifier} does not name {name}:\n{said}");
    }
}

fn stem(path: &std::path::Path) -> String {
    path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned()
}

fn entries(project: &Project) -> Vec<PathBuf> {
    let files = project.files("ledger/entries");
    assert!(files.len() > 3, "the example's ledger has entries");
    files
}

/// Changes the bytes of the first entry.
fn edit(change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> impl FnOnce(&Project) -> String {
    |project| {
        let path = entries(project).remove(0);
        project.write(&path, change(project.read(&path)));
        stem(&path)
    }
}

/// Stores the first entry that can be changed so under its right name, as somebody would who knows how the ledger works.
fn forge(change: impl Fn(String) -> String) -> impl FnOnce(&Project) -> String {
    move |project| {
        let texts = entries(project).into_iter().map(|path| project.text(path));
        let changed = texts.map(|text| (change(text.clone()), text)).find(|(changed, text)| changed != text);
        let bytes = changed.expect("an entry that can be changed so").0.into_bytes();
        let name = blake3(&bytes);
        project.write(format!("ledger/entries/{}/{name}.ron", &name[..2]), bytes);
        name
    }
}

/// The hash, by the Python verifier's own hand.
fn blake3(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("bytes"), bytes).unwrap();
    let script = "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import strat_verify; \
                  print(strat_verify.blake3(open(sys.argv[2], 'rb').read()), end='')";
    let mut command = Command::new("python3");
    command.args(["-c", script]).arg(root().join("tests/verify")).arg(folder.path().join("bytes"));
    Output::from(command.output().expect("python3 starts")).ok()
}

#[test]
fn python_hashes_like_the_official_vectors() {
    let script = root().join("tests/verify/strat_verify.py");
    Output::from(Command::new("python3").arg(script).arg("--self-test").output().expect("python3 starts"))
        .ok();
}

#[test]
fn both_pass_the_repository_s_ledger() {
    let project = Project::example();
    project.strat(["verify"]).ok();
    python(&project).ok();
}

#[test]
fn an_edited_byte_is_named() {
    broken(
        7,
        edit(|bytes| {
            String::from_utf8(bytes).unwrap().replacen("message: \"", "message: \"x", 1).into_bytes()
        }),
    );
}

#[test]
fn a_truncated_entry_is_named() {
    broken(7, edit(|bytes| bytes[..bytes.len() - 4].to_vec()));
    broken(7, edit(|_| Vec::new()));
}

#[test]
fn line_ends_are_told_from_tampering() {
    let project = Project::example();
    let path = entries(&project).remove(0);
    project.write(&path, project.text(&path).replace('\n', "\r\n"));
    for output in [project.strat(["verify"]), python(&project)] {
        let said = output.expect_code(7);
        assert!(format!("{}{}", said.stdout, said.stderr).contains("CRLF"), "{said:?}");
    }
}

#[test]
fn a_renamed_entry_is_named() {
    broken(7, |project| {
        let path = entries(project).remove(0);
        let other = format!("{}{}", &stem(&path)[..2], "0".repeat(62));
        fs::rename(project.path(&path), project.path(format!("ledger/entries/{}/{other}.ron", &other[..2])))
            .unwrap();
        other
    });
}

#[test]
fn a_missing_parent_is_named() {
    let project = Project::example();
    let parented = |path: &&PathBuf| !project.text(path).contains("parents: []");
    let child = entries(&project).iter().find(parented).map(|path| project.text(path)).expect("a child");
    let parent = child.split("parents: [\"").nth(1).expect("an id")[..64].to_owned();
    fs::remove_file(project.path(format!("ledger/entries/{}/{parent}.ron", &parent[..2]))).unwrap();
    for output in [project.strat(["verify"]), python(&project)] {
        let said = output.expect_code(7);
        assert!(format!("{}{}", said.stdout, said.stderr).contains(&parent[..8]), "{said:?}");
    }
}

#[test]
fn a_blob_that_is_gone_or_changed_is_named() {
    let first = |project: &Project| project.files("ledger/blobs").remove(0);
    broken(7, |project| {
        let path = first(project);
        fs::remove_file(project.path(&path)).unwrap();
        stem(&path)
    });
    broken(7, |project| {
        let path = first(project);
        project.write(&path, [project.read(&path), vec![0]].concat());
        stem(&path)
    });
}

#[test]
fn a_grafted_entry_is_named() {
    broken(
        7,
        forge(|text| {
            let (head, rest) = text.split_once("ledger: \"").expect("a ledger");
            format!("{head}ledger: \"00000000-0000-4000-8000-000000000000{}", &rest[36..])
        }),
    );
}

#[test]
fn other_spellings_of_an_entry_are_named() {
    broken(7, forge(|text| text.replacen("    message", "     message", 1)));
    broken(7, forge(|text| text.replacen("\n    message", " // why\n    message", 1)));
    broken(
        7,
        forge(|text| text.replacen("branch: \"main\",", "branch: \"main\",\n    database: \"main\",", 1)),
    );
    broken(7, forge(|text| text.replacen("message: \"", "message: \"\\u{41}", 1)));
}

#[test]
fn a_newer_entry_is_not_called_broken() {
    broken(1, forge(|text| text.replacen("    schema: ", "    weather: \"fine\",\n    schema: ", 1)));
}

/// Stores the example's merge with resolutions, given one side and the other; `change` is what else is wrong with it.
fn decides(
    resolutions: impl Fn(&str, &str) -> String,
    change: impl Fn(String) -> String,
) -> impl FnOnce(&Project) -> String {
    forge(move |text| {
        let parents =
            text.split("parents: [\"").nth(1).and_then(|rest| rest.split("\"]").next()).unwrap_or("");
        let Some((first, second)) = parents.split_once("\", \"") else { return text };
        let list = format!("    resolutions: [\n{}    ],\n    schema: ", resolutions(first, second));
        change(text.replacen("    schema: ", &list, 1))
    })
}

fn keep(step: (&str, u32), over: &[(&str, u32)]) -> String {
    let of = |(entry, step): &(&str, u32)| format!("(entry: \"{entry}\", step: {step}),\n");
    let over: String = over.iter().map(|one| format!("                {}", of(one))).collect();
    format!(
        "        Keep(\n            step: {}            over: [\n{over}            ],\n        ),\n",
        of(&step)
    )
}

#[test]
fn what_a_merge_may_not_decide_is_named() {
    let zero = "0".repeat(64);
    let same = |text| text;
    broken(7, decides(|ours, _| keep((ours, 0), &[(&zero, 0)]), same));
    broken(7, decides(|ours, theirs| keep((ours, 0), &[(theirs, 1000)]), same));
    broken(7, decides(|ours, theirs| keep((ours, 0), &[(theirs, 1 << 20)]), same));
    broken(7, decides(|ours, theirs| keep((ours, 0), &[(theirs, 0), (ours, 1)]), same));
    broken(7, decides(|ours, theirs| keep((ours, 0), &[(ours, 0), (theirs, 0)]), same));
    broken(7, decides(|_, _| String::new(), same));
    let good = |ours: &str, theirs: &str| keep((ours, 0), &[(theirs, 0)]);
    broken(
        7,
        decides(good, |text| text.replacen("    message: ", "    database: \"docs\",\n    message: ", 1)),
    );
    broken(7, decides(good, |text| text.replacen("(entry: ", "(\n                entry: ", 1)));
    broken(7, decides(good, |text| text.replacen(", step: 0)", ", step: 00)", 1)));
    broken(7, decides(good, |text| text.replacen("step: (", "step : (", 1)));
    broken(1, decides(good, |text| text.replacen("Keep(", "Toss(", 1)));
    broken(
        1,
        decides(good, |text| {
            text.replacen("            step: (", "            why: \"so\",\n            step: (", 1)
        }),
    );
    let one = |text: String| {
        let (head, rest) = text.split_once("parents: [\"").expect("parents");
        let (first, rest) = rest.split_once("\", \"").expect("two parents");
        format!("{head}parents: [\"{first}{}", &rest[64..])
    };
    broken(7, decides(good, one));
    // One database for each step of a merge, and no others.
    let named = |text: String| text.replacen("    schema: ", "    databases: [\"docs\"],\n    schema: ", 1);
    broken(7, forge(named));
    broken(7, decides(good, named));
}

/// A workspace whose ledger is the golden one: two people add `notes.score`, and a merge keeps the second's.
pub fn decided() -> Project {
    let project = Project::example();
    fs::remove_dir_all(project.path("ledger")).unwrap();
    let golden = root().join("crates/ledger/tests/golden/decided");
    let copied = Command::new("cp").arg("-R").arg(golden).arg(project.path("ledger")).status();
    assert!(copied.expect("cp starts").success());
    project
}

#[test]
fn both_pass_a_merge_that_decides() {
    let project = decided();
    project.strat(["verify"]).ok();
    python(&project).ok();
}

#[test]
fn python_reads_what_merges_decide() {
    let script = "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import strat_verify as v\n\
                  for path in sys.argv[2:]:\n    \
                  one = v.entry(path, open(path, 'rb').read(), '6f0c2a31-5f6e-4c5e-9a51-0c1d2e3f4a5b')\n    \
                  print(one.resolutions, len(one.spoken))";
    let vectors = |name: &str| {
        let folder = root().join("crates/ledger/tests/golden").join(name);
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files
    };
    let files = [vectors("merges"), vectors("rejects")].concat();
    let mut command = Command::new("python3");
    command.args(["-c", script]).arg(root().join("tests/verify")).args(files);
    let said = "5 10\n12 12\n1 2\n1 2\n0 0\n";
    assert_eq!(Output::from(command.output().expect("python3 starts")).ok(), said);
}

#[test]
fn strangers_are_named() {
    broken(7, |project| {
        project.write("ledger/entries/notes.txt", "x");
        "notes.txt".into()
    });
    broken(7, |project| {
        symlink("FORMAT", project.path("ledger/alias")).unwrap();
        "alias".into()
    });
    broken(7, |project| {
        let path = entries(project).remove(0);
        fs::set_permissions(project.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
        stem(&path)
    });
    broken(7, |project| {
        project.write("ledger/.gitattributes", "* text\n");
        ".gitattributes".into()
    });
    broken(0, |project| {
        project.write("ledger/entries/.tmp-1", "half");
        ".tmp-1".into()
    });
    broken(1, |project| {
        project.write("ledger/FORMAT", "stratigraph ledger 2 6f0c1a2b-1111-4222-8333-444455556666\n");
        "FORMAT".into()
    });
}
