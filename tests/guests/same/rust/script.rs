//! The same transform as in every other language here: a slug, a product that wraps around, a share.

mod strat;

strat::rows!(row, writes: [("share", strat::DOUBLE), ("slug", strat::TEXT), ("tripled", strat::BIG_INT)]);

fn row(row: &strat::Row, out: &mut strat::Out) -> strat::Result {
    if let Some(title) = row.text("title") {
        if title == "!" {
            return Err("a title that says !".into());
        }
        out.text("slug", &slug(title));
    }
    if let Some(n) = row.int("n") {
        out.int("tripled", n.wrapping_mul(3));
    }
    if let Some(x) = row.float("x") {
        out.float("share", x * 0.7);
    }
    Ok(())
}

/// ASCII letters and digits in lower case and all that isn't ASCII; one dash for what is between them.
fn slug(title: &str) -> String {
    let (mut slug, mut dash) = (String::new(), false);
    for c in title.chars() {
        if c.is_ascii_alphanumeric() || !c.is_ascii() {
            if dash && !slug.is_empty() {
                slug.push('-');
            }
            dash = false;
            slug.push(c.to_ascii_lowercase());
        } else {
            dash = true;
        }
    }
    slug
}
