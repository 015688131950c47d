//! Rust sources as `tidy` sees them: code with comments and the insides of literals blanked out, line by line.

use std::path::{Path, PathBuf};

/// One file, cut where its tests begin.
pub struct Source {
    /// From the repository's root, with `/`.
    pub path: String,
    /// Lines as written, without tests.
    pub lines: Vec<String>,
    /// The same lines without comments and without what stands between quotes.
    pub code: Vec<String>,
    /// The same lines without comments.
    pub words: Vec<String>,
}

/// One function: its name, the line it begins in (from 1) and how many lines of it are code.
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

impl Source {
    pub fn read(root: &Path, path: &str) -> Source {
        let text = std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Source::new(path, &text)
    }

    pub fn new(path: &str, text: &str) -> Source {
        let (code, words) = (blank(text, true), blank(text, false));
        let split = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let (mut lines, mut code, mut words) = (split(text), split(&code), split(&words));
        let end = tests_begin(&code).unwrap_or(lines.len());
        lines.truncate(end);
        code.truncate(end);
        words.truncate(end);
        Source { path: path.to_owned(), lines, code, words }
    }

    /// Files that hold nothing but tests, because this one declares them under `#[cfg(test)]`: paths without `.rs`.
    pub fn test_modules(&self) -> Vec<String> {
        let (folder, file) = self.path.rsplit_once('/').expect("a source has a folder");
        let face = ["lib.rs", "main.rs", "mod.rs"].contains(&file);
        let below = if face { folder.to_owned() } else { self.path.trim_end_matches(".rs").to_owned() };
        let starts = self.code.iter().enumerate().filter(|(_, line)| line.trim() == "#[cfg(test)]");
        let module = |(start, _): (usize, &String)| {
            let attributes = self.words[start + 1..].iter().take_while(|line| line.trim().starts_with("#["));
            let place = attributes.clone().find_map(|line| line.split("path = \"").nth(1)?.split('"').next());
            let declared = self.code.get(start + 1 + attributes.count())?.trim().strip_suffix(';')?;
            let name = declared.split_once("mod ")?.1;
            Some(place.map_or(format!("{below}/{name}"), |place| {
                format!("{folder}/{}", place.trim_end_matches(".rs"))
            }))
        };
        starts.filter_map(module).collect()
    }

    /// Lines of code that `test` finds something in, as `path:line`.
    pub fn find(&self, test: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self.code.iter().enumerate();
        lines
            .filter(|(_, line)| test(line))
            .map(|(number, _)| format!("{}:{}", self.path, number + 1))
            .collect()
    }

    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for (number, line) in self.code.iter().enumerate() {
            let Some(name) = function_name(line) else { continue };
            let Some(end) = body_end(&self.code[number..]) else { continue };
            let lines =
                self.code[number..=number + end].iter().filter(|line| !line.trim().is_empty()).count();
            found.push(Function { name, line: number + 1, lines });
        }
        found
    }
}

/// The line of a `#[cfg(test)]` that a module with a body follows; a bare `mod tests;` ends nothing.
fn tests_begin(code: &[String]) -> Option<usize> {
    code.iter().enumerate().position(|(number, line)| {
        let follows =
            code[number + 1..].iter().find(|line| !line.trim().is_empty() && !line.trim().starts_with("#["));
        line.trim() == "#[cfg(test)]"
            && follows.is_some_and(|line| has_word(line, "mod") && line.contains('{'))
    })
}

pub fn has_word(line: &str, word: &str) -> bool {
    let inside =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    line.match_indices(word).any(|(at, _)| {
        !inside(line[..at].chars().next_back()) && !inside(line[at + word.len()..].chars().next())
    })
}

fn function_name(line: &str) -> Option<String> {
    let at = line.match_indices("fn ").map(|(at, _)| at).find(|at| {
        let before = line[..*at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
    })?;
    let name: String =
        line[at + 3..].chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The last line of the function that begins in the first; `None` for a declaration without body.
fn body_end(code: &[String]) -> Option<usize> {
    let (mut round, mut depth) = (0i32, 0i32);
    let start = code[0].find("fn ")?;
    for (number, line) in code.iter().enumerate() {
        for letter in line.chars().skip(if number == 0 { start } else { 0 }) {
            match letter {
                '(' | '[' => round += 1,
                ')' | ']' => round -= 1,
                ';' if round == 0 && depth == 0 => return None,
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 && round == 0 {
                        return Some(number);
                    }
                }
                _ => {}
            }
        }
    }
    None
}

/// Blanks comments, and with `literals` what stands between quotes; every line keeps its place.
fn blank(text: &str, literals: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let (end, hide) = piece(&letters, at);
        let (from, to) = match hide {
            Hide::Nothing => (end, end),
            Hide::Comment => (at, end),
            Hide::Literal if literals => (at + 1, end.saturating_sub(1).max(at + 1)),
            Hide::Literal => (end, end),
        };
        for (place, letter) in letters[at..end].iter().enumerate() {
            let hidden = (from..to).contains(&(at + place)) && *letter != '\n';
            out.push(if hidden { ' ' } else { *letter });
        }
        at = end;
    }
    out
}

enum Hide {
    Nothing,
    Comment,
    Literal,
}

/// Where the piece of source that begins at `at` ends, and what is to be hidden of it.
fn piece(letters: &[char], at: usize) -> (usize, Hide) {
    let next = |offset: usize| letters.get(at + offset).copied().unwrap_or('\n');
    let until =
        |found: &dyn Fn(usize) -> bool, from: usize| (from..letters.len()).find(|place| found(*place));
    let inside_word = at > 0 && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_');
    match letters[at] {
        '/' if next(1) == '/' => {
            (until(&|place| letters[place] == '\n', at).unwrap_or(letters.len()), Hide::Comment)
        }
        '/' if next(1) == '*' => {
            let close = until(&|place| letters[place] == '/' && letters[place - 1] == '*', at + 3);
            (close.map_or(letters.len(), |place| place + 1), Hide::Comment)
        }
        '"' => (quoted(letters, at, '"'), Hide::Literal),
        'r' if !inside_word && (next(1) == '"' || next(1) == '#') => raw(letters, at + 1),
        'b' if !inside_word && next(1) == 'r' && (next(2) == '"' || next(2) == '#') => raw(letters, at + 2),
        '\'' if next(1) == '\\' || next(2) == '\'' => (quoted(letters, at, '\''), Hide::Literal),
        _ => (at + 1, Hide::Nothing),
    }
}

fn quoted(letters: &[char], at: usize, quote: char) -> usize {
    let mut place = at + 1;
    while place < letters.len() && letters[place] != quote {
        place += if letters[place] == '\\' { 2 } else { 1 };
    }
    (place + 1).min(letters.len())
}

/// A raw string whose hashes begin at `at`; `r#word` is a word.
fn raw(letters: &[char], at: usize) -> (usize, Hide) {
    let hashes = letters[at..].iter().take_while(|letter| **letter == '#').count();
    if letters.get(at + hashes) != Some(&'"') {
        return (at, Hide::Nothing);
    }
    let body = at + hashes + 1;
    let closes = |place: &usize| {
        letters[*place] == '"'
            && letters[place + 1..].iter().take_while(|letter| **letter == '#').count() >= hashes
    };
    let close = (body..letters.len()).find(closes).unwrap_or(letters.len() - 1);
    ((close + hashes + 1).min(letters.len()), Hide::Literal)
}

/// All files that git knows or would add, sorted.
pub fn tracked(root: &Path) -> Vec<String> {
    let listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = std::process::Command::new("git")
        .args(["-c", "safe.directory=*", "-C"])
        .arg(root)
        .args(listing)
        .output()
        .expect("git starts");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("paths are UTF-8");
    let there = |path: &&str| !path.is_empty() && root.join(path).is_file();
    let mut paths: Vec<String> = text.split('\0').filter(there).map(str::to_owned).collect();
    paths.sort();
    paths
}

/// Folders and files at the root, hidden ones and build output aside.
pub fn top_level(root: &Path) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(root).expect("the root is a folder").map(|entry| entry.expect("an entry").path());
    let hidden = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        name.starts_with('.') || name == "target" || name.starts_with("strat.db")
    };
    let mut found: Vec<PathBuf> = entries.filter(|path| !hidden(path)).collect();
    found.sort();
    found
}

#[test]
fn literals_and_comments_are_not_code() {
    let source = Source::new(
        "crates/x/src/a.rs",
        "fn a<'b>(c: &'b str) { // .unwrap()\n  let d = '\"'; let e = \"{ .unwrap() \\\" \"; }\nfn f() { r#\"}\"#; }\n\
         fn g();\n#[cfg(test)]\nmod tests {\n x.unwrap() }\n",
    );
    assert_eq!(source.lines.len(), 4);
    assert!(source.find(|line| line.contains("unwrap")).is_empty());
    let functions: Vec<_> =
        source.functions().into_iter().map(|found| (found.name, found.line, found.lines)).collect();
    assert_eq!(functions, [("a".into(), 1, 2), ("f".into(), 3, 1)]);
    let face = Source::new(
        "crates/x/src/a.rs",
        "#[cfg(test)]\n#[path = \"b_tests.rs\"]\nmod b;\n#[cfg(test)]\npub mod c;\nmod d;\n",
    );
    assert_eq!(face.test_modules(), ["crates/x/src/b_tests", "crates/x/src/a/c"]);
    assert!(source.words[1].contains("unwrap") && !source.words[0].contains("unwrap"));
}
