//! Values that several branches put into one enum.

use super::*;

fn value(text: &str, at: Option<Place>) -> Step {
    Step::AddEnumValue(AddEnumValue { name: "state".into(), value: text.into(), at })
}

fn first(text: &str) -> Option<Place> {
    Some(Place::Before(text.into()))
}

fn texts(state: &State) -> Vec<String> {
    let of = state.schema("main").enum_named("state").expect("it is there");
    of.values.iter().map(|v| v.name.clone()).collect()
}

fn base(ledger: &mut Ledger) -> EntryId {
    let values = vec!["new".into(), "done".into()];
    ledger.write(&[], "main", vec![Step::CreateEnum(CreateEnum { name: "state".into(), values })])
}

#[test]
fn values_of_several_branches_stand_in_one_order() {
    let mut ledger = Ledger::default();
    let base = base(&mut ledger);
    let a = ledger.write(&[base], "a", vec![value("open", first("done")), value("held", first("done"))]);
    let b = ledger.write(&[base], "b", vec![value("late", first("done")), value("gone", None)]);
    let c = ledger.write(&[b], "b", vec![value("soon", Some(Place::After("late".into())))]);
    let history = ledger.history();
    // Those that came first on their branch go by entry; the ones that saw them stand nearer to their anchor.
    let (one, two) =
        if a < b { (vec!["open"], vec!["late", "soon"]) } else { (vec!["late", "soon"], vec!["open"]) };
    let all = [vec!["new"], one, two, vec!["held", "done", "gone"]].concat();
    assert_eq!(texts(&history.state_at(&[a, c]).unwrap()), all);
    assert_eq!(texts(&history.state_at(&[c, a]).unwrap()), all);
    let without: Vec<&str> = all.into_iter().filter(|text| *text != "soon").collect();
    assert_eq!(texts(&history.state_at(&[b, a]).unwrap()), without);
    let merge = ledger.write(&[a, c], "main", vec![value("last", first("done"))]);
    let merged = texts(&ledger.history().state_at(&[merge]).unwrap());
    assert_eq!(merged[merged.len() - 4..], ["held", "last", "done", "gone"]);
}

#[test]
fn one_text_at_two_places_is_a_conflict() {
    let mut ledger = Ledger::default();
    let base = base(&mut ledger);
    let a = ledger.write(&[base], "a", vec![value("open", None)]);
    let b = ledger.write(&[base], "b", vec![value("open", first("new"))]);
    assert!(matches!(ledger.history().state_at(&[a, b]), Err(FoldError::Conflict { .. })));
}
#[test]
fn a_value_that_two_branches_add_at_one_place_is_one() {
    let mut ledger = Ledger::default();
    let base = base(&mut ledger);
    let a = ledger.write(&[base], "a", vec![value("open", None)]);
    let b = ledger.write(&[base], "b", vec![value("held", None), value("open", None)]);
    let history = ledger.history();
    let (ab, ba) = (history.state_at(&[a, b]).unwrap(), history.state_at(&[b, a]).unwrap());
    assert_eq!(texts(&ab), texts(&ba));
    assert_eq!(texts(&ab).len(), 4);
    let elsewhere = ledger.write(&[base], "c", vec![value("open", first("new"))]);
    assert!(ledger.history().state_at(&[a, elsewhere]).is_err(), "one text at two places");
}
