//! Where a target is: our own parsing of its URL, so that no environment variable moves a migration and no
//! message shows a password.

use std::fmt;
use std::path::{Path, PathBuf};

mod error;

pub use error::UrlError;

/// The address of one target database.
#[derive(Clone, PartialEq, Eq)]
pub struct TargetUrl {
    place: Place,
}

/// The kinds of places a URL can name.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A SQLite database that dies with its connection.
    Memory,
    /// A SQLite file.
    File(PathBuf),
    /// A database on a server.
    Server(Box<ServerUrl>),
}

/// The parts of a server's URL, each given or at a default that doesn't depend on the environment.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ServerUrl {
    pub(crate) dialect: &'static str,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) socket: Option<PathBuf>,
    pub(crate) user: String,
    pub(crate) password: Option<Password>,
    pub(crate) database: String,
    pub(crate) schema: Option<String>,
    pub(crate) tls: Tls,
    pub(crate) root_cert: Option<PathBuf>,
    pub(crate) client_cert: Option<PathBuf>,
    pub(crate) client_key: Option<PathBuf>,
    pub(crate) connect_timeout: u64,
}

/// How much a connection insists on TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// A password: it can be used, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes a password in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Hands the password to the one place that sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl TargetUrl {
    /// Reads a URL; SQLAlchemy's `dialect+driver://` is taken as `dialect://`.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::NoScheme)?;
        let named = scheme.split('+').next().unwrap_or(scheme).to_ascii_lowercase();
        if named.is_empty() || !named.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') {
            return Err(UrlError::NoScheme);
        }
        let place = match named.as_str() {
            "sqlite" | "sqlite3" => sqlite(rest)?,
            "postgres" | "postgresql" => Place::Server(Box::new(server("postgres", rest)?)),
            "mysql" | "mariadb" => Place::Server(Box::new(server("mysql", rest)?)),
            _ => return Err(UrlError::UnknownScheme(named)),
        };
        Ok(Self { place })
    }

    /// Names a SQLite file by its path, taken as it stands.
    pub fn sqlite_file(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::File(path.into()) }
    }

    /// The dialect to speak before the server has told more: `sqlite`, `postgres` or `mysql`.
    pub fn dialect_name(&self) -> &'static str {
        match &self.place {
            Place::Memory | Place::File(_) => "sqlite",
            Place::Server(server) => server.dialect,
        }
    }

    /// Whether the database lives in the session's memory only.
    pub fn is_memory(&self) -> bool {
        matches!(self.place, Place::Memory)
    }

    /// The SQLite file, where the target is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Memory | Place::Server(_) => None,
        }
    }

    /// The database's name on its server.
    pub fn database(&self) -> Option<&str> {
        match &self.place {
            Place::Server(server) => Some(&server.database),
            Place::Memory | Place::File(_) => None,
        }
    }

    /// The PostgreSQL schema that unqualified names mean: `public` unless `?schema=` says otherwise.
    pub fn schema(&self) -> Option<&str> {
        match &self.place {
            Place::Server(server) if server.dialect == "postgres" => {
                Some(server.schema.as_deref().unwrap_or("public"))
            }
            _ => None,
        }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

impl std::str::FromStr for TargetUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::parse(text)
    }
}

impl fmt::Display for TargetUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = match &self.place {
            Place::Memory => return f.write_str("sqlite::memory:"),
            Place::File(path) => {
                return write!(f, "sqlite:{}", crate::driver::printable(&path.to_string_lossy()));
            }
            Place::Server(server) => server,
        };
        write!(f, "{}://{}", server.dialect, encode(&server.user))?;
        if server.password.is_some() {
            f.write_str(":***")?;
        }
        match &server.socket {
            Some(_) => f.write_str("@")?,
            None if server.host.contains(':') => write!(f, "@[{}]:{}", server.host, server.port)?,
            None => write!(f, "@{}:{}", encode(&server.host), server.port)?,
        }
        write!(f, "/{}", encode(&server.database))?;
        let mut mark = '?';
        if let Some(socket) = &server.socket {
            write!(f, "?socket={}", encode(&socket.to_string_lossy()))?;
            mark = '&';
        }
        if let Some(schema) = &server.schema {
            write!(f, "{mark}schema={}", encode(schema))?;
        }
        Ok(())
    }
}

impl fmt::Debug for TargetUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TargetUrl({self})")
    }
}

fn sqlite(rest: &str) -> Result<Place, UrlError> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path == ":memory:" || path == "/:memory:" {
        return Ok(Place::Memory);
    }
    if path.is_empty() {
        return Err(UrlError::NoPath);
    }
    if rest.starts_with("//")
        && path.split('/').next().is_some_and(|first| first.contains('@') && first.contains(':'))
    {
        return Err(UrlError::NoServer);
    }
    if let Some((_, query)) = path.split_once('?') {
        return Err(unknown_parameter(query.split('&').next().unwrap_or_default()));
    }
    let path = decode(path)?;
    if path.contains('\0') {
        return Err(UrlError::BadPercent);
    }
    Ok(Place::File(PathBuf::from(path)))
}

fn server(dialect: &'static str, rest: &str) -> Result<ServerUrl, UrlError> {
    let rest = rest.strip_prefix("//").ok_or(UrlError::NoScheme)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    // A password with a bare `/` or `?` in it would show up as a database or a parameter in messages.
    if tail.contains('@') {
        return Err(UrlError::StrayAt);
    }
    let tail = tail.split('#').next().unwrap_or_default();
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    let mut server = ServerUrl {
        dialect,
        host: "localhost".into(),
        port: if dialect == "postgres" { 5432 } else { 3306 },
        socket: None,
        user: String::new(),
        password: None,
        database: decode(path.strip_prefix('/').unwrap_or(path))?,
        schema: None,
        tls: Tls::Prefer,
        root_cert: None,
        client_cert: None,
        client_key: None,
        connect_timeout: 15,
    };
    authority_into(&mut server, authority)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(UrlError::NamelessParameter)?;
        parameter(&mut server, &decode(key)?, decode(value)?)?;
    }
    if server.user.is_empty() {
        let known = std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
        server.user = known.map_err(|_| UrlError::NoUser)?;
    }
    if server.database.is_empty() {
        return Err(UrlError::NoDatabase);
    }
    Ok(server)
}

fn authority_into(server: &mut ServerUrl, authority: &str) -> Result<(), UrlError> {
    let (credentials, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    match credentials.split_once(':') {
        Some((user, password)) => {
            server.user = decode(user)?;
            server.password = Some(Password(decode(password)?));
        }
        None => server.user = decode(credentials)?,
    }
    let (host, port) = if let Some(inner) = place.strip_prefix('[') {
        let (host, after) = inner.split_once(']').ok_or(UrlError::BadHost)?;
        (host, after.strip_prefix(':').unwrap_or(""))
    } else {
        place.split_once(':').unwrap_or((place, ""))
    };
    let host = decode(host)?;
    if host.starts_with('/') {
        server.socket = Some(PathBuf::from(host));
    } else if !host.is_empty() {
        server.host = host;
    }
    if !port.is_empty() {
        server.port = port_of(port).ok_or(UrlError::BadPort)?;
    }
    Ok(())
}

fn port_of(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port != 0)
}

fn parameter(server: &mut ServerUrl, key: &str, value: String) -> Result<(), UrlError> {
    let bad = || UrlError::BadParameter(key.to_owned());
    match key {
        "host" | "socket" | "unix_socket" if value.starts_with('/') => server.socket = Some(value.into()),
        "host" if !value.is_empty() => server.host = value,
        "port" => server.port = port_of(&value).ok_or_else(bad)?,
        "user" => server.user = value,
        "password" => server.password = Some(Password(value)),
        "dbname" => server.database = value,
        "schema" if server.dialect == "postgres" && !value.is_empty() => server.schema = Some(value),
        "sslmode" | "ssl-mode" | "ssl_mode" => server.tls = tls(&value).ok_or_else(bad)?,
        "sslrootcert" | "ssl-ca" | "ssl_ca" => server.root_cert = Some(value.into()),
        "sslcert" | "ssl-cert" | "ssl_cert" => server.client_cert = Some(value.into()),
        "sslkey" | "ssl-key" | "ssl_key" => server.client_key = Some(value.into()),
        "connect_timeout" => {
            server.connect_timeout = value.parse().ok().filter(|s| *s > 0).ok_or_else(bad)?;
        }
        // The character set is always UTF-8; saying so does no harm.
        "charset" | "client_encoding" if matches!(value.as_str(), "utf8mb4" | "utf8" | "UTF8") => {}
        "host" | "socket" | "unix_socket" | "schema" | "charset" | "client_encoding" => return Err(bad()),
        _ => return Err(UrlError::UnknownParameter(crate::driver::printable(key))),
    }
    Ok(())
}

fn unknown_parameter(pair: &str) -> UrlError {
    match pair.split_once('=') {
        Some((key, _)) => UrlError::UnknownParameter(crate::driver::printable(key)),
        None => UrlError::NamelessParameter,
    }
}

fn tls(value: &str) -> Option<Tls> {
    Some(match value.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" => Tls::Disable,
        "allow" | "prefer" | "preferred" => Tls::Prefer,
        "require" | "required" => Tls::Require,
        "verify-ca" => Tls::VerifyCa,
        "verify-full" | "verify-identity" => Tls::VerifyFull,
        _ => return None,
    })
}

fn decode(text: &str) -> Result<String, UrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return Err(UrlError::BadPercent) };
        let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(UrlError::BadPercent);
        bytes.push((digit(*high)? * 16 + digit(*low)?) as u8);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| UrlError::BadPercent)
}

fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into())
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests;
