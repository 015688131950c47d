//! A temporary workspace, and the `strat` command run in it.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::Running;

/// A temporary folder that goes away with the value.
pub struct Project {
    folder: tempfile::TempDir,
    env: Vec<(String, String)>,
}

/// What a finished command left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Exit code; 128 + signal when a signal ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// Stops the test unless the exit code is `code`, showing both streams.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Output {
        assert!(
            self.code == code,
            "exit code {} where {code} was expected\n--- stdout\n{}--- stderr\n{}",
            self.code,
            self.stdout,
            self.stderr
        );
        self
    }

    /// Stops the test unless the command succeeded; gives its standard output.
    #[track_caller]
    pub fn ok(self) -> String {
        self.expect_code(0).stdout
    }
}

impl From<std::process::Output> for Output {
    fn from(output: std::process::Output) -> Output {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0));
        Output {
            code,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Default for Project {
    fn default() -> Project {
        Project::empty()
    }
}

impl Project {
    /// An empty folder.
    pub fn empty() -> Project {
        let folder = tempfile::Builder::new().prefix("strat-test-").tempdir().expect("a temporary folder");
        Project { folder, env: vec![("STRAT_AUTHOR".into(), "Ada Example <ada@example.com>".into())] }
    }

    /// A folder after `strat init`.
    #[track_caller]
    pub fn init() -> Project {
        let project = Project::empty();
        project.strat(["init"]).ok();
        project
    }

    /// A copy of the repository's own workspace: `ledger/`, `migrations/` and `data-scripts/`.
    pub fn example() -> Project {
        let project = Project::empty();
        for part in ["ledger", "migrations", "data-scripts"] {
            project.copy_in(&super::root().join(part), part);
        }
        let config = super::root().join("strat.ron");
        if config.exists() {
            project.write("strat.ron", fs::read(config).unwrap());
        }
        project
    }

    /// Sets a variable for every `strat` that follows.
    pub fn env(&mut self, name: &str, value: &str) -> &mut Project {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.into(), value.into()));
        self
    }

    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// `strat` with a known environment: nothing of the caller's databases, author or colours leaks in.
    pub fn command<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strat"));
        command.args(args).current_dir(self.root()).env_clear();
        for name in ["PATH", "TMPDIR", "RUST_BACKTRACE", "RUSTUP_HOME", "CARGO_HOME"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Some(home) = std::env::var_os("HOME") {
            // rustup's proxies find their toolchains by HOME; everything else of the user's home must stay out.
            command.env(
                "RUSTUP_HOME",
                std::env::var_os("RUSTUP_HOME").unwrap_or(Path::new(&home).join(".rustup").into()),
            );
        }
        command.env("HOME", self.path(".home")).env("XDG_CACHE_HOME", cache());
        command.env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1").env("GIT_CONFIG_NOSYSTEM", "1");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs `strat` to its end, with nothing on its standard input.
    pub fn strat<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I) -> Output {
        self.command(args).stdin(Stdio::null()).output().expect("strat starts").into()
    }

    /// Runs `strat` with `input` on its standard input.
    pub fn strat_with_input(&self, args: &[&str], input: &str) -> Output {
        let mut child = self.spawn(args, Stdio::piped());
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("strat reads its input");
        child.wait_with_output().expect("strat ends").into()
    }

    /// Starts `strat` and lets it run, for tests that kill it or race it.
    pub fn start(&self, args: &[&str]) -> Child {
        self.spawn(args, Stdio::null())
    }

    /// Starts `strat` and listens to it.
    pub fn beside(&self, args: &[&str]) -> Running {
        Running::of(self.start(args))
    }

    fn spawn(&self, args: &[&str], input: Stdio) -> Child {
        let mut command = self.command(args);
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("strat starts")
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, relative: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> &Project {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    #[track_caller]
    pub fn read(&self, relative: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path(relative);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    #[track_caller]
    pub fn text(&self, relative: impl AsRef<Path>) -> String {
        String::from_utf8(self.read(relative)).expect("text is UTF-8")
    }

    /// All files below `relative`, as sorted paths from the project's root.
    pub fn files(&self, relative: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.path(relative)];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() && !path.is_symlink() {
                    true => open.push(path),
                    false => found.push(path.strip_prefix(self.root()).unwrap().to_path_buf()),
                }
            }
        }
        found.sort();
        found
    }

    /// Copies a folder of the repository into the project.
    pub fn copy_in(&self, from: &Path, to: &str) -> &Project {
        for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
            let entry = entry.unwrap();
            let to = format!("{to}/{}", entry.file_name().to_str().unwrap());
            match entry.file_type().unwrap().is_dir() {
                true => {
                    self.copy_in(&entry.path(), &to);
                }
                false => {
                    self.write(to, fs::read(entry.path()).unwrap());
                }
            }
        }
        self
    }

    /// Runs git in the project, with an identity and without the user's configuration; it has to succeed.
    #[track_caller]
    pub fn git(&self, args: &[&str]) -> String {
        self.try_git(args).ok()
    }

    /// The same, whatever comes of it.
    pub fn try_git(&self, args: &[&str]) -> Output {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Ada Example", "-c", "user.email=ada@example.com"]);
        // Of 256 pairs of entries one shares a folder; where one of the two was left behind, git would move the other after what replaced it.
        command.args(["-c", "merge.directoryRenames=false"]).args(args);
        command
            .current_dir(self.root())
            .env("HOME", self.path(".home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        Output::from(command.output().expect("git starts"))
    }

    /// Makes the project a git repository with everything in it committed.
    #[track_caller]
    pub fn git_init(&self) -> &Project {
        self.git(&["init", "-q", "-b", "main"]);
        self.git_commit("start")
    }

    #[track_caller]
    pub fn git_commit(&self, message: &str) -> &Project {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self
    }
}

/// One cache of compiled modules for all tests: they share it as a person's projects do.
fn cache() -> PathBuf {
    use std::os::unix::fs::MetadataExt as _;
    let user = std::fs::metadata(env!("CARGO_TARGET_TMPDIR")).map_or(0, |folder| folder.uid());
    std::env::temp_dir().join(format!("strat-tests-cache-{user}"))
}
