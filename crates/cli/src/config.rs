//! `strat.ron`: who says what the branch is, the targets, and which one is meant.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use dialect::{Dialect, dialects};
use engine::TargetUrl;
use ledger::{Source, SourceError, Workspace, nearest, printable};
use model::{Class, Segment, entry::MAIN_DATABASE};
use serde::Deserialize;

use crate::{
    desk::file_error,
    failure::{Failure, Plain},
};

/// The target of a workspace that names none.
const FALLBACK: &str = "sqlite:strat.db";

/// The target that is its owner's alone: what was applied there may still be taken back.
pub const DEV: &str = "dev";

/// `strat.ron`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The target that is meant when none is named.
    pub default: Option<String>,
    /// Who says what the current branch is.
    pub branch: Branches,
    /// Targets by name.
    pub targets: BTreeMap<String, TargetSettings>,
}

/// Who says what the current branch is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename = "Branch")]
pub enum Branches {
    /// `strat branch` and `strat switch`.
    #[default]
    Own,
    /// Git: what it has checked out is the branch.
    Git,
}

/// A target in `strat.ron`: one of `url`, `env` and `file` says where it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename = "Target", deny_unknown_fields)]
pub struct TargetSettings {
    url: Option<String>,
    env: Option<String>,
    file: Option<PathBuf>,
    database: Option<String>,
    protected: bool,
}

/// The target that is meant.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Its name in `strat.ron`, where it has one.
    pub name: Option<String>,
    /// Where it is; SQLite files by their whole path.
    pub url: TargetUrl,
    /// Where it is, as people are shown it.
    pub shown: String,
    /// The database of the ledger that it holds.
    pub database: String,
    /// Whether dangerous steps need to be accepted by name.
    pub protected: bool,
}

impl Settings {
    /// Reads `strat.ron`; defaults where there is none.
    pub fn read(place: &Workspace) -> Result<Settings, Failure> {
        let text = match fs::read_to_string(place.settings()) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
            Err(error) => return Err(file_error("read", "strat.ron", &error).into()),
        };
        let source = Source::new("strat.ron", &text);
        let settings: Settings = source.parse().map_err(masked)?;
        for (name, target) in &settings.targets {
            let path = [Segment::Field("targets"), Segment::Key(name.clone())];
            let ways = [target.url.is_some(), target.env.is_some(), target.file.is_some()];
            if ways.iter().filter(|way| **way).count() != 1 {
                let message =
                    format!("target `{}` needs exactly one of `url`, `env` and `file`", printable(name));
                return Err(masked(source.error_at(&path, message, None)).into());
            }
            if name.contains(':') || name.is_empty() {
                let message = "a target's name has no colon and isn't empty";
                return Err(masked(source.error_at(&path, message, None)).into());
            }
        }
        if let Some(name) = settings.default.as_ref().filter(|name| !settings.targets.contains_key(*name)) {
            let near = nearest(name, settings.targets.keys().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("there is no target `{}`", printable(name));
            let error = source.error_at(&[Segment::Field("default")], message, hint);
            return Err(masked(error).into());
        }
        Ok(settings)
    }

    /// Finds the target: the one named, `DATABASE_URL`, the default of `strat.ron`, or `sqlite:strat.db`.
    pub fn choose(&self, place: &Workspace, named: Option<&str>) -> Result<Chosen, Failure> {
        let variable = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
        match (named, variable, &self.default) {
            (Some(text), ..) if self.targets.contains_key(text) => self.named(place, text),
            (Some(text), ..) if text.contains(':') => chosen(place, None, text, None),
            (Some(text), ..) => Err(self.unknown(text)),
            (None, Some(url), _) => chosen(place, None, &url, None),
            (None, None, Some(name)) => self.named(place, name),
            (None, None, None) => chosen(place, None, FALLBACK, None),
        }
    }

    /// The target of that name.
    pub fn named(&self, place: &Workspace, name: &str) -> Result<Chosen, Failure> {
        let target = self.targets.get(name).ok_or_else(|| self.unknown(name))?;
        let url = match (&target.url, &target.env, &target.file) {
            (Some(url), ..) => url.clone(),
            (None, Some(variable), _) => std::env::var(variable).map_err(|_| {
                let why = format!("target `{name}` is where {} says, which isn't set", printable(variable));
                Plain::new(Class::Input, why).hint(format!("set {} to its URL", printable(variable)))
            })?,
            (None, None, Some(file)) => {
                let shown = file.display().to_string();
                let text = fs::read_to_string(place.root().join(file));
                text.map_err(|error| file_error("read", &shown, &error))?.trim().to_owned()
            }
            (None, None, None) => String::new(),
        };
        chosen(place, Some(name), &url, Some(target))
    }

    /// The kinds of database that the targets are, as far as that is known here; all there are where it isn't.
    pub fn dialects(&self) -> Vec<&'static dyn Dialect> {
        let url = |target: &TargetSettings| match (&target.url, &target.env) {
            (Some(url), _) => Some(url.clone()),
            (None, Some(variable)) => std::env::var(variable).ok(),
            (None, None) => None,
        };
        let urls = self.targets.values().filter_map(url).filter_map(|url| TargetUrl::parse(&url).ok());
        let names: BTreeSet<&str> = urls.map(|url| url.dialect_name()).collect();
        let named = |dialect: &&&'static dyn Dialect| names.is_empty() || names.contains(dialect.name());
        dialects().iter().filter(named).copied().collect()
    }

    /// Whether the target that a name stands for can be known here: its variable is set.
    pub fn is_known(&self, name: &str) -> bool {
        let variable = self.targets.get(name).and_then(|target| target.env.as_ref());
        variable.is_none_or(|variable| std::env::var_os(variable).is_some())
    }

    fn unknown(&self, name: &str) -> Failure {
        let near = nearest(name, self.targets.keys().map(String::as_str));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a target is a name in strat.ron, or a URL such as sqlite:app.db".to_owned(),
        };
        Plain::new(Class::Input, format!("there is no target `{}`", printable(name))).hint(hint).into()
    }
}

/// Hides URLs, which may hold passwords, in the line that an error shows, letter by letter, so that the caret stays where it is.
fn masked(mut error: SourceError) -> SourceError {
    let mut text: Vec<char> = error.text.chars().collect();
    // Only a window of a very long line is shown, which may begin inside a URL.
    let first = text.iter().position(|c| *c == '"').unwrap_or(text.len());
    let mut at = text[..first].iter().rposition(|c| *c == '@').map_or(0, |last| last + 1);
    text[..at].fill('*');
    while let Some(found) = (at..text.len()).find(|i| text[*i..].starts_with(&[':', '/', '/'])) {
        let end = (found..text.len()).find(|i| text[*i] == '"').unwrap_or(text.len());
        text[found + 3..end].fill('*');
        at = end.max(found + 3);
    }
    error.text = text.into_iter().collect();
    error
}

fn chosen(
    place: &Workspace,
    name: Option<&str>,
    url: &str,
    settings: Option<&TargetSettings>,
) -> Result<Chosen, Failure> {
    let mut url = TargetUrl::parse(url)?;
    let shown = match name {
        Some(name) => format!("{name} ({url})"),
        None => url.to_string(),
    };
    if let Some(path) = url.path().filter(|path| path.is_relative()) {
        url = TargetUrl::sqlite_file(place.root().join(path));
    }
    Ok(Chosen {
        name: name.map(str::to_owned),
        url,
        shown,
        database: settings.and_then(|s| s.database.clone()).unwrap_or_else(|| MAIN_DATABASE.to_owned()),
        protected: settings.is_some_and(|s| s.protected),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("strat.ron"), text).expect("a file");
        Settings::read(&Workspace::at(folder.path())).map_err(|failure| failure.to_string())
    }

    #[test]
    fn settings_are_read() {
        let text = r#"(default: "dev", targets: {"dev": Target(url: "sqlite:dev.db"), "prod": (env: "P", protected: true)})"#;
        let settings = read(text).expect("they are right");
        let place = Workspace::at("/somewhere");
        let dev = settings.choose(&place, None).expect("it is there");
        assert_eq!(dev.shown, "dev (sqlite:dev.db)");
        assert_eq!(dev.url.path(), Some(std::path::Path::new("/somewhere/dev.db")));
        assert!(settings.choose(&place, Some("dec")).is_err());
    }

    #[test]
    fn mistakes_have_places() {
        let error = read("(targets: {\"a\": (urk: \"x\")})").expect_err("urk");
        assert!(error.contains("strat.ron:1:") && error.contains("did you mean `url`?"), "{error}");
        let error = read("(targets: {\"a\": (urk: \"postgres://me:hun:ter2@h/d\")})").expect_err("urk");
        assert!(!error.contains("ter2") && error.contains("postgres://****"), "{error}");
        let error = read("(targets: {\"a\": (url: \"x:\", env: \"y\")})").expect_err("two ways");
        assert!(error.contains("exactly one"), "{error}");
        let error = read("(default: \"dex\", targets: {\"dev\": (url: \"sqlite:x\")})").expect_err("dex");
        assert!(error.contains("did you mean `dev`?"), "{error}");
    }
}
