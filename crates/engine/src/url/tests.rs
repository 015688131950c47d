use super::*;

fn server_of(text: &str) -> ServerUrl {
    match TargetUrl::parse(text).unwrap().place {
        Place::Server(server) => *server,
        _ => panic!("no server"),
    }
}

#[test]
fn sqlite_forms() {
    for (text, path) in [
        ("sqlite:a b.db", "a b.db"),
        ("sqlite:/x/y.db", "/x/y.db"),
        ("sqlite://rel.db", "rel.db"),
        ("sqlite:///abs.db", "/abs.db"),
        ("sqlite+pysqlite:///abs%3F.db", "/abs?.db"),
    ] {
        assert_eq!(TargetUrl::parse(text).unwrap().path(), Some(Path::new(path)), "{text}");
    }
    assert_eq!(TargetUrl::parse("sqlite::memory:").unwrap().to_string(), "sqlite::memory:");
    assert_eq!(TargetUrl::parse("sqlite:"), Err(UrlError::NoPath));
    assert_eq!(TargetUrl::parse("sqlite:a?mode=rw"), Err(UrlError::UnknownParameter("mode".into())));
}

#[test]
fn a_servers_parts() {
    let pg = server_of("postgresql+psycopg2://me:p%40ss%2F@[::1]:6000/my%20db?sslmode=require&schema=x");
    assert_eq!((pg.host.as_str(), pg.port, pg.user.as_str()), ("::1", 6000, "me"));
    assert_eq!((pg.password.unwrap().expose(), pg.database.as_str()), ("p@ss/", "my db"));
    assert_eq!((pg.schema.as_deref(), pg.tls), (Some("x"), Tls::Require));
    let my = server_of("mariadb://root@/db?socket=/run/my.sock");
    assert_eq!((my.dialect, my.port), ("mysql", 3306));
    assert_eq!(my.socket.as_deref(), Some(Path::new("/run/my.sock")));
    let dir = server_of("postgres://u@/db?host=/run/pg");
    assert_eq!(dir.socket.as_deref(), Some(Path::new("/run/pg")));
    assert_eq!(server_of("postgres://u:a@b@h/db").password.unwrap().expose(), "a@b");
}

#[test]
fn the_password_is_never_shown() {
    let url = TargetUrl::parse("postgres://me:hunter2@db.example:5432/app").unwrap();
    assert_eq!(url.to_string(), "postgres://me:***@db.example:5432/app");
    assert_eq!(format!("{url:?}"), "TargetUrl(postgres://me:***@db.example:5432/app)");
    assert_eq!(format!("{:?}", Password::new("hunter2")), "***");
    for text in [
        "postgres://me:hunter2/x@h/db",
        "postgres://me:12/hunter2@h/db",
        "postgres://me:1?hunter2@h/db",
        "postgres://me:1#hunter2@h/db",
        "postgres://me:hunter2%zz@h/db",
        "postgres://me:hunter2@h:99999/db",
        "postgres://me:hunter2@h/",
        "postgres://me:hunter2@[::1/db",
        "postgres://me:hunter2@h/db?x=hunter2",
        "postgres://h/db?hunter2",
        "sqlite:a.db?hunter2",
        "sqlite://me:hunter2@h/a.db",
        "mysql://me@h/db?sslmode=hunter2",
        "oracle://me:hunter2@h/db",
        "hunter2",
    ] {
        let error = TargetUrl::parse(text).expect_err(text);
        assert!(!format!("{error} {error:?} {}", error.hint()).contains("hunter2"), "{text}: {error:?}");
    }
}

#[test]
fn schema_defaults_to_public_on_postgres_only() {
    assert_eq!(TargetUrl::parse("postgres://u@h/d").unwrap().schema(), Some("public"));
    assert_eq!(TargetUrl::parse("mysql://u@h/d").unwrap().schema(), None);
    assert_eq!(TargetUrl::parse("mysql://u@h/d?schema=x"), Err(UrlError::BadParameter("schema".into())));
}
