//! Where a person works: the workspace, its ledger, the current branch, the drafts, and who they are.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use ledger::{
    Graph, Ledger, Revision, Standpoint, Summary, Workspace, git_author, printable, resolve, tracked_below,
};
use model::{Class, EntryId};

use crate::{
    args::Cli,
    current::GitBranch,
    failure::{Failure, Plain},
    output::Out,
};

/// The branch of a fresh clone.
const MAIN: &str = "main";

/// An open workspace, and where answers go.
pub struct Desk<'a> {
    /// The folder and its parts.
    pub place: Workspace,
    /// Its ledger.
    pub ledger: Ledger,
    /// Standard output.
    pub out: &'a Out,
    /// The branch of git's, once asked for; nothing where the workspace has its own.
    git: OnceLock<Option<GitBranch>>,
}

/// A draft in `migrations/`.
#[derive(Clone, Debug)]
pub struct DraftFile {
    /// The file.
    pub path: PathBuf,
    /// Its name without `.ron`.
    pub stem: String,
    /// Its path as people are shown it.
    pub shown: String,
}

impl DraftFile {
    /// Whether it is the draft of a merge. Those that `strat merge` writes say so in their names, so that no other is read for it.
    pub fn is_merge(&self) -> bool {
        self.stem.contains("merge") && self.read().is_ok_and(|text| ledger::is_merge_draft(&text))
    }

    /// Its text.
    pub fn read(&self) -> Result<String, Failure> {
        let bytes = fs::read(&self.path).map_err(|error| file_error("read", &self.shown, &error))?;
        let text = String::from_utf8(bytes);
        Ok(text.map_err(|_| Plain::new(Class::Input, format!("{} is not UTF-8", self.shown)))?)
    }
}

/// A file that can't be read or written, with the class that fits.
pub fn file_error(what: &str, file: &str, error: &io::Error) -> Plain {
    let class = match error.kind() {
        io::ErrorKind::NotFound => Class::Input,
        _ => Class::Unreachable,
    };
    Plain::new(class, format!("can't {what} {}: {error}", printable(file)))
}

/// The folder to begin in.
pub fn start(cli: &Cli) -> Result<PathBuf, Failure> {
    match &cli.dir {
        Some(dir) => Ok(dir.clone()),
        None => Ok(std::env::current_dir().map_err(|error| file_error("enter", "this folder", &error))?),
    }
}

impl<'a> Desk<'a> {
    /// Finds the workspace and opens its ledger.
    pub fn open(cli: &Cli, out: &'a Out) -> Result<Desk<'a>, Failure> {
        let place = Workspace::find(&start(cli)?)?;
        let ledger = place.open()?;
        Ok(Desk { place, ledger, out, git: OnceLock::new() })
    }

    /// The graph of all entries, from their summaries.
    pub fn graph(&self) -> Result<Graph, Failure> {
        self.graph_of(self.ledger.summaries()?)
    }

    /// The same, with something else done meanwhile, such as asking the target where it stands.
    pub fn graph_beside<T>(&self, other: impl FnOnce() -> T) -> (Result<Graph, Failure>, T) {
        std::thread::scope(|scope| {
            let rows = scope.spawn(|| self.ledger.summaries());
            let other = other();
            let rows = rows.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (rows.map_err(Failure::from).and_then(|rows| self.graph_of(rows)), other)
        })
    }

    /// The graph of entries that are here, or in another checkout.
    pub fn graph_of(&self, rows: Vec<Summary>) -> Result<Graph, Failure> {
        self.placed(Graph::new(rows)?)
    }

    /// A graph with where this workspace, or git, has its branches.
    pub fn placed(&self, graph: Graph) -> Result<Graph, Failure> {
        Ok(match self.git_branch()? {
            Some(git) => graph.all_of(git.name()),
            None => {
                graph.ahead(self.starts().into_iter().filter_map(|(label, at)| Some((label, at?))).collect())
            }
        })
    }

    /// The branch that git has checked out, where `strat.ron` leaves it to git.
    pub fn git_branch(&self) -> Result<Option<&GitBranch>, Failure> {
        if self.git.get().is_none() {
            // Whoever was first has asked the same.
            let _ = self.git.set(GitBranch::read(&self.place)?);
        }
        Ok(self.git.get().and_then(Option::as_ref))
    }

    /// The current branch: where a person stands.
    pub fn branch(&self) -> Result<String, Failure> {
        if let Some(git) = self.git_branch()? {
            return Ok(git.name().to_owned());
        }
        let text = fs::read_to_string(self.place.local().join("branch")).unwrap_or_default();
        Ok(if ledger::is_label(text.trim()) { text.trim().to_owned() } else { MAIN.to_owned() })
    }

    /// The label that a new entry carries: the current branch's.
    pub fn label(&self) -> Result<String, Failure> {
        match self.git_branch()? {
            Some(git) => git.label().map(str::to_owned),
            None => self.branch(),
        }
    }

    /// Refuses to change the branch where git decides on it.
    pub fn refuse_if_gits(&self, instead: &str) -> Result<(), Failure> {
        match self.git_branch()? {
            None => Ok(()),
            Some(_) => {
                Err(Plain::new(Class::Input, "git decides on the branch here: strat.ron says `branch: Git`")
                    .hint(instead)
                    .into())
            }
        }
    }

    /// Makes a branch the current one.
    pub fn set_branch(&self, label: &str) -> Result<(), Failure> {
        self.write_local("branch", &format!("{label}\n"))
    }

    /// Where branches were started, or taken on to, before an entry of theirs says so; none for the root.
    pub fn starts(&self) -> BTreeMap<String, Option<EntryId>> {
        let text = fs::read_to_string(self.place.local().join("starts")).unwrap_or_default();
        let read = |line: &str| {
            let (id, label) = line.split_once(' ')?;
            Some((label.to_owned(), if id == "root" { None } else { Some(EntryId::parse(id)?) }))
        };
        text.lines().filter_map(read).collect()
    }

    /// Remembers where branches go on from.
    pub fn set_starts(&self, starts: &BTreeMap<String, Option<EntryId>>) -> Result<(), Failure> {
        let id = |id: &Option<EntryId>| id.map_or("root".to_owned(), |id| id.to_string());
        let lines: String = starts.iter().map(|(label, at)| format!("{} {label}\n", id(at))).collect();
        self.write_local("starts", &lines)
    }

    /// Writes one of the files that are local to a person. A crash leaves the old one.
    pub fn write_local(&self, name: &str, text: &str) -> Result<(), Failure> {
        let folder = self.place.local();
        let fail = |error: io::Error| file_error("write", &format!(".strat/{name}"), &error);
        fs::create_dir_all(&folder).map_err(fail)?;
        if !folder.join(".gitignore").exists() {
            fs::write(folder.join(".gitignore"), "*\n").map_err(fail)?;
        }
        let temporary = folder.join(format!(".tmp-{name}-{}", std::process::id()));
        fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, folder.join(name))).map_err(fail)?;
        Ok(())
    }

    /// Refuses to go on when git tracks what is local to a person: a clone would bring somebody else's with it.
    pub fn check_local(&self) -> Result<(), Failure> {
        let local = self.place.local();
        match local.exists().then(|| tracked_below(&local)).transpose()?.unwrap_or_default().first() {
            None => Ok(()),
            Some(file) => {
                Err(Plain::new(Class::Input, format!("git tracks {file}, which is local to one person"))
                    .hint("git rm -r --cached .strat")
                    .into())
            }
        }
    }

    /// The drafts, by name, those of merges aside: they are taken up by `strat merge`, or when they are named.
    pub fn drafts(&self) -> Result<Vec<DraftFile>, Failure> {
        Ok(self.draft_files()?.into_iter().filter(|draft| !draft.is_merge()).collect())
    }

    /// The drafts of merges.
    pub fn merge_drafts(&self) -> Result<Vec<DraftFile>, Failure> {
        Ok(self.draft_files()?.into_iter().filter(DraftFile::is_merge).collect())
    }

    /// All drafts, by name.
    pub fn draft_files(&self) -> Result<Vec<DraftFile>, Failure> {
        let folder = self.place.migrations();
        let found = match fs::read_dir(&folder) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(file_error("read", "migrations/", &error).into()),
        };
        let mut drafts = Vec::new();
        for file in found {
            let path = file.map_err(|error| file_error("read", "migrations/", &error))?.path();
            if path.extension().is_some_and(|extension| extension == "ron") {
                drafts.push(self.draft(&path)?);
            }
        }
        drafts.sort_by(|a, b| a.stem.cmp(&b.stem));
        Ok(drafts)
    }

    /// A draft by its path.
    pub fn draft(&self, path: &Path) -> Result<DraftFile, Failure> {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let shown = self.place.shown(path);
        if !ledger::is_stem(&stem) {
            let why = format!("{shown} has a name that no draft can have");
            let rule = "a draft's name is lower-case letters, digits, `.`, `_` and `-`, at most 80, and ends in .ron";
            return Err(Plain::new(Class::Input, why).hint(rule).into());
        }
        Ok(DraftFile { path: path.to_owned(), stem, shown })
    }

    /// The drafts that were named on the command line; all when none was.
    pub fn wanted(&self, named: &[PathBuf]) -> Result<Vec<DraftFile>, Failure> {
        if named.is_empty() {
            return self.drafts();
        }
        let find = |path: &PathBuf| {
            let mut below = self.place.migrations().join(path);
            if below.extension().is_none() {
                below.set_extension("ron");
            }
            self.draft(if path.exists() || !below.exists() { path } else { &below })
        };
        named.iter().map(find).collect()
    }

    /// Who writes: `STRAT_AUTHOR`, else git's user.
    pub fn author(&self) -> Result<String, Failure> {
        let named = std::env::var("STRAT_AUTHOR")
            .ok()
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty());
        let author = named.or_else(|| git_author(self.place.root()));
        let author = author.ok_or_else(|| {
            Plain::new(Class::Input, "it isn't known who you are").hint(
                "git config user.name and user.email, or STRAT_AUTHOR='Name <mail>', say who writes an entry",
            )
        })?;
        if author.chars().any(ledger::is_control) {
            return Err(Plain::new(Class::Input, "the author's name has invisible characters").into());
        }
        Ok(author)
    }

    /// The entry that a revision names; `None` for the root.
    pub fn resolve(
        &self,
        graph: &Graph,
        text: &str,
        applied: Option<&[EntryId]>,
    ) -> Result<Option<EntryId>, Failure> {
        let branch = self.branch()?;
        match resolve(text, &Standpoint { graph, branch: &branch, applied })? {
            Revision::Root => Ok(None),
            Revision::Entry(id) => Ok(Some(id)),
        }
    }
}
