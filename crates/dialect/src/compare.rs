//! Holds a live database's projection against the one its history promises.

use std::collections::BTreeMap;

use crate::projected::{Difference, Projected, ProjectedColumn, ProjectedTable, ProjectedView};

impl Projected {
    /// What the live database has otherwise than expected (`self`), object by object, in name order.
    pub fn differences(&self, live: &Projected) -> Vec<Difference> {
        let mut out = Vec::new();
        pairs(&self.extensions_by_name(), &live.extensions_by_name(), |name, expected, found| {
            whole(&mut out, format!("extension {name}"), expected.cloned(), found.cloned());
        });
        pairs(&self.enums, &live.enums, |name, expected, found| {
            let list = |values: &Vec<String>| format!("({})", values.join(", "));
            whole(&mut out, format!("enum {name}"), expected.map(list), found.map(list));
        });
        pairs(&self.tables, &live.tables, |name, expected, found| tables(&mut out, name, expected, found));
        pairs(&self.views, &live.views, |name, expected, found| {
            let text = |view: &ProjectedView| format!("({}) as {}", view.columns.join(", "), view.query);
            whole(&mut out, format!("view {name}"), expected.map(text), found.map(text));
        });
        out
    }

    fn extensions_by_name(&self) -> BTreeMap<String, String> {
        self.extensions.iter().map(|name| (name.clone(), "installed".to_owned())).collect()
    }
}

/// Calls for every name of either side, in order.
fn pairs<'a, V>(
    expected: &'a BTreeMap<String, V>,
    found: &'a BTreeMap<String, V>,
    mut each: impl FnMut(&str, Option<&'a V>, Option<&'a V>),
) {
    let mut names: Vec<&String> =
        expected.keys().chain(found.keys().filter(|k| !expected.contains_key(*k))).collect();
    names.sort();
    for name in names {
        each(name, expected.get(name), found.get(name));
    }
}

fn whole(out: &mut Vec<Difference>, object: String, expected: Option<String>, found: Option<String>) {
    if expected != found {
        out.push(Difference { object, expected, found });
    }
}

fn tables(
    out: &mut Vec<Difference>,
    name: &str,
    expected: Option<&ProjectedTable>,
    found: Option<&ProjectedTable>,
) {
    let (Some(expected), Some(found)) = (expected, found) else {
        let columns =
            |t: &ProjectedTable| format!("({})", t.columns.keys().cloned().collect::<Vec<_>>().join(", "));
        return whole(out, format!("table {name}"), expected.map(columns), found.map(columns));
    };
    whole(out, format!("table {name}: comment"), expected.comment.clone(), found.comment.clone());
    pairs(&expected.columns, &found.columns, |column, a, b| {
        columns(out, &format!("column {name}.{column}"), a, b)
    });
    pairs(&expected.constraints, &found.constraints, |constraint, a, b| {
        whole(out, format!("constraint {constraint} of {name}"), a.cloned(), b.cloned());
    });
    pairs(&expected.indexes, &found.indexes, |index, a, b| {
        whole(out, format!("index {index} of {name}"), a.cloned(), b.cloned());
    });
}

fn columns(
    out: &mut Vec<Difference>,
    object: &str,
    expected: Option<&ProjectedColumn>,
    found: Option<&ProjectedColumn>,
) {
    let (Some(expected), Some(found)) = (expected, found) else {
        return whole(out, object.to_owned(), expected.map(|c| c.ty.clone()), found.map(|c| c.ty.clone()));
    };
    let null = |c: &ProjectedColumn| Some(if c.nullable { "null" } else { "not null" }.to_owned());
    let identity = |c: &ProjectedColumn| c.identity.then(|| "yes".to_owned());
    let facets = [
        ("type", Some(expected.ty.clone()), Some(found.ty.clone())),
        ("nullable", null(expected), null(found)),
        ("default", expected.default.clone(), found.default.clone()),
        ("identity", identity(expected), identity(found)),
        ("generated", expected.generated.clone(), found.generated.clone()),
        ("comment", expected.comment.clone(), found.comment.clone()),
    ];
    for (facet, expected, found) in facets {
        whole(out, format!("{object}: {facet}"), expected, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(columns: &[(&str, &str)]) -> Projected {
        let column = |ty: &str| ProjectedColumn { ty: ty.to_owned(), ..Default::default() };
        let columns = columns.iter().map(|(name, ty)| ((*name).to_owned(), column(ty))).collect();
        let table = ProjectedTable { columns, ..Default::default() };
        Projected { tables: [("users".to_owned(), table)].into(), ..Default::default() }
    }

    #[test]
    fn equal_projections_have_no_differences() {
        assert_eq!(with(&[("id", "INTEGER")]).differences(&with(&[("id", "INTEGER")])), []);
    }

    #[test]
    fn each_difference_names_its_object_and_both_sides() {
        let found = with(&[("id", "TEXT"), ("extra", "TEXT")]);
        let all = with(&[("id", "INTEGER"), ("mail", "TEXT")]).differences(&found);
        let shown: Vec<_> =
            all.iter().map(|d| (d.object.as_str(), d.expected.as_deref(), d.found.as_deref())).collect();
        assert_eq!(
            shown,
            [
                ("column users.extra", None, Some("TEXT")),
                ("column users.id: type", Some("INTEGER"), Some("TEXT")),
                ("column users.mail", Some("TEXT"), None),
            ]
        );
        assert_eq!(Projected::default().differences(&found)[0].found.as_deref(), Some("(extra, id)"));
    }
}
