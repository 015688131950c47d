//! What can be wrong with a URL.

/// What is wrong with a URL. No variant holds a piece that could be a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is no scheme before a colon.
    #[error("a target URL starts with `sqlite:`, `postgres://` or `mysql://`")]
    NoScheme,
    /// The scheme is of no database we know.
    #[error("`{0}:` is no scheme of a database known here")]
    UnknownScheme(String),
    /// `sqlite:` without a path.
    #[error("`sqlite:` is followed by no path")]
    NoPath,
    /// A user and a host where a SQLite file has neither.
    #[error("a SQLite URL names a file, and neither user nor host")]
    NoServer,
    /// A `%` without two hexadecimal digits, or bytes that aren't UTF-8.
    #[error("a percent-encoding in the URL is broken")]
    BadPercent,
    /// An `@`, which ends the password, stands after the end of the authority.
    #[error("an `@` stands behind the first `/`, `?` or `#`")]
    StrayAt,
    /// The port is no number from 1 to 65535.
    #[error("the port is no number from 1 to 65535")]
    BadPort,
    /// The brackets of an IPv6 address don't close.
    #[error("the brackets of the IPv6 address don't close")]
    BadHost,
    /// No database is named.
    #[error("the URL names no database")]
    NoDatabase,
    /// No user is named, and the system doesn't tell who we are.
    #[error("the URL names no user")]
    NoUser,
    /// A parameter this program doesn't know.
    #[error("unknown parameter `{0}`")]
    UnknownParameter(String),
    /// A parameter without `=`: it may be the end of a password, and isn't shown.
    #[error("a parameter behind the `?` has no `=`")]
    NamelessParameter,
    /// A parameter whose value it can't take.
    #[error("parameter `{0}` has a value that it can't take")]
    BadParameter(String),
}

impl UrlError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            UrlError::BadPercent | UrlError::StrayAt | UrlError::BadPort | UrlError::NamelessParameter => {
                "percent-encode special characters in user and password: `/` is %2F, `?` %3F, `#` %23, `@` %40, `%` %25"
            }
            UrlError::UnknownParameter(_) | UrlError::BadParameter(_) => {
                "known: host, port, user, password, dbname, socket, schema, sslmode, sslrootcert, sslcert, sslkey, connect_timeout"
            }
            _ => {
                "for example sqlite:app.db, postgres://user:password@host:5432/database?schema=public, mysql://user:password@host:3306/database"
            }
        }
    }
}
