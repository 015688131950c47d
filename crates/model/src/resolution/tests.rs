use std::collections::BTreeMap;

use ron::extensions::Extensions;

use super::*;
use crate::{
    canonical::to_canonical, expression::Expression, id::Digest, operation::DropTable, step::Step,
    types::Native,
};

const ONE: EntryId = Digest([1; 32]);
const TWO: EntryId = Digest([2; 32]);

fn step(entry: EntryId, step: u32) -> StepRef {
    StepRef { entry, step }
}

fn object(entry: EntryId, part: u32) -> ObjectRef {
    ObjectRef { entry, step: 0, part }
}

fn merge(resolutions: Vec<Resolution>) -> Entry {
    Entry {
        format: 1,
        ledger: String::new(),
        parents: vec![ONE, TWO],
        branch: "main".to_owned(),
        database: MAIN_DATABASE.to_owned(),
        message: "join".to_owned(),
        author: String::new(),
        authored_at: String::new(),
        draft: String::new(),
        accept: vec![],
        resolutions,
        steps: vec![],
        databases: Vec::new(),
        schema: Digest::ZERO,
    }
}

/// Two entries of two steps each, the second of which is a merge with one resolution.
fn sides() -> [Entry; 2] {
    let two = || ["t", "u"].map(|table| Step::DropTable(DropTable { table: table.to_owned() })).to_vec();
    let ours = Entry { steps: two(), ..merge(vec![]) };
    [ours.clone(), Entry { resolutions: vec![Resolution::keep(step(ONE, 0), [step(ONE, 1)])], ..ours }]
}

fn check(entry: &Entry) -> Result<(), ResolutionError> {
    let sides = sides();
    entry.check_resolutions(&|id| [ONE, TWO].iter().position(|side| *side == id).map(|at| &sides[at]))
}

fn problem(resolution: Resolution) -> Unresolving {
    let sound = Resolution::keep(step(ONE, 0), [step(TWO, 0)]);
    match check(&merge(vec![sound, resolution])) {
        Err(ResolutionError::At { number: 2, problem }) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_merge_may_decide_is_let_through() {
    let sound = merge(vec![
        Resolution::keep(step(ONE, 1), [step(TWO, 1), step(TWO, 0), step(TWO, 1)]),
        Resolution::Same { a: object(ONE, 0), b: object(TWO, 0), prefer: Prefer::B },
        Resolution::Rename { object: object(TWO, 3), to: "score_2".to_owned() },
        Resolution::Set { object: object(ONE, 1), to: Setting::Nullable(true) },
        Resolution::Order { first: step(TWO, 0), then: step(ONE, 0) },
        Resolution::keep(step(ONE, 0), [StepRef::of_resolution(TWO, 0)]),
    ]);
    assert_eq!(check(&sound), Ok(()));
    assert_eq!(merge(vec![]).check_resolutions(&|_| None), Ok(()));
    let Resolution::Keep { over, .. } = &sound.resolutions[0] else { panic!("a keep") };
    assert_eq!(over, &[step(TWO, 0), step(TWO, 1)]);
}

#[test]
fn only_a_merge_of_all_databases_decides() {
    let mut entry = merge(vec![Resolution::keep(step(ONE, 0), [step(TWO, 0)])]);
    entry.database = "docs".to_owned();
    assert_eq!(check(&entry), Err(ResolutionError::Database("docs".to_owned())));
    let decides = std::mem::take(&mut entry.resolutions);
    assert_eq!(check(&entry), Err(ResolutionError::Database("docs".to_owned())));
    entry.resolutions = decides;
    entry.parents.pop();
    assert_eq!(check(&entry), Err(ResolutionError::NoMerge));
    entry.resolutions.clear();
    assert_eq!(check(&entry), Ok(()));
}

#[test]
fn what_says_nothing_is_refused_by_number() {
    let keep = |step, over| Resolution::Keep { step, over };
    assert_eq!(problem(keep(step(ONE, 0), vec![])), Unresolving::OverNothing);
    assert_eq!(problem(keep(step(ONE, 0), vec![step(ONE, 0)])), Unresolving::Itself("Keep"));
    for (first, second) in
        [(step(TWO, 1), step(TWO, 0)), (step(TWO, 1), step(TWO, 1)), (step(TWO, 0), step(ONE, 1))]
    {
        let over = vec![first, second];
        assert_eq!(problem(keep(step(ONE, 0), over)), Unresolving::OverOrder { first, second });
    }
    let same = Resolution::Same { a: object(ONE, 1), b: object(ONE, 1), prefer: Prefer::A };
    assert_eq!(problem(same), Unresolving::Itself("Same"));
    let order = Resolution::Order { first: step(ONE, 1), then: step(ONE, 1) };
    assert_eq!(problem(order), Unresolving::Itself("Order"));
    for to in ["", "two\nlines"] {
        let rename = Resolution::Rename { object: object(ONE, 1), to: to.to_owned() };
        assert_eq!(problem(rename), Unresolving::NoName);
    }
}

#[test]
fn what_is_not_followed_is_named() {
    let entry = Digest([3; 32]);
    let stranger = Unresolving::Stranger { entry };
    assert_eq!(problem(Resolution::keep(step(entry, 0), [step(ONE, 0)])), stranger);
    assert_eq!(problem(Resolution::keep(step(ONE, 0), [step(entry, 0)])), stranger);
    assert_eq!(problem(Resolution::Order { first: step(ONE, 0), then: step(entry, 0) }), stranger);
    let same = |a, b| Resolution::Same { a, b, prefer: Prefer::A };
    assert_eq!(problem(same(object(entry, 0), object(ONE, 0))), stranger);
    assert_eq!(problem(same(object(ONE, 0), object(entry, 0))), stranger);
    assert_eq!(problem(Resolution::Rename { object: object(entry, 0), to: "x".to_owned() }), stranger);
    let set = Resolution::Set { object: object(entry, 0), to: Setting::Comment(None) };
    assert_eq!(problem(set), stranger);
    let absent = |step| Unresolving::NoStep { step, steps: 2, resolutions: 1 };
    for step in [step(TWO, 2), StepRef::of_resolution(TWO, 1), StepRef::of_resolution(TWO, usize::MAX)] {
        assert_eq!(problem(Resolution::keep(self::step(ONE, 0), [step])), absent(step));
    }
    let made = ObjectRef { entry: TWO, step: RESOLUTIONS_FROM, part: 0 };
    assert_eq!(problem(Resolution::Rename { object: made, to: "x".to_owned() }), absent(made.creator()));
    assert!(stranger.to_string().contains(&entry.to_string()));
    assert!(absent(made.creator()).to_string().contains(&TWO.to_string()));
}

#[test]
fn references_are_object_ids_of_sealed_entries() {
    let of = object(ONE, 4);
    assert_eq!(ObjectRef::try_from(ObjectId::from(of)), Ok(of));
    let new = ObjectId { origin: Origin::New, step: 0, part: 0 };
    assert_eq!(ObjectRef::try_from(new), Err(Unsealed));
}

#[test]
fn references_stand_on_one_line() {
    let hex = "01".repeat(32);
    assert_eq!(
        to_canonical(&Resolution::Order { first: step(ONE, 0), then: step(ONE, 1) }).unwrap(),
        format!(
            "Order(\n    first: (entry: \"{hex}\", step: 0),\n    then: (entry: \"{hex}\", step: 1),\n)\n"
        )
    );
    assert_eq!(
        to_canonical(&object(ONE, 7)).unwrap(),
        format!("ObjectRef(entry: \"{hex}\", step: 0, part: 7)\n")
    );
}

#[test]
fn every_setting_reads_back_from_its_one_text() {
    let text = |text: &str| Literal::Text(text.to_owned());
    let native = Native { spellings: BTreeMap::from([("sqlite".to_owned(), "TEXT".to_owned())]) };
    let settings = [
        (Setting::Type(Type::Decimal(10, 2)), "Type(Decimal(10, 2))"),
        (Setting::Type(Type::Array(Box::new(Type::Text))), "Type(Array(Text))"),
        (Setting::Type(Type::Enum("kind".to_owned())), "Type(Enum(\"kind\"))"),
        (Setting::Nullable(false), "Nullable(false)"),
        (Setting::Default(None), "Default(None)"),
        (Setting::Default(Some(Default::Now)), "Default(Now)"),
        (Setting::Default(Some(Default::Literal(text("None")))), "Default(Literal(\"None\"))"),
        (
            Setting::Default(Some(Default::Expression(Expression("1 + 1".to_owned())))),
            "Default(Expression(\"1 + 1\"))",
        ),
        (Setting::Initial(Literal::Float(0.5)), "Initial(0.5)"),
        (Setting::Initial(text("None")), "Initial(\"None\")"),
        (Setting::Comment(None), "Comment(None)"),
        (Setting::Comment(Some("None".to_owned())), "Comment(\"None\")"),
        (
            Setting::Type(Type::Native(native)),
            "Type(Native(\n        spellings: {\"sqlite\": \"TEXT\"},\n    ))",
        ),
    ];
    let options = ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME);
    for (to, printed) in settings {
        let set = Resolution::Set { object: object(ONE, 0), to };
        let text = to_canonical(&set).unwrap();
        assert!(text.ends_with(&format!(", part: 0),\n    to: {printed},\n)\n")), "{text}");
        let back: Resolution = options.from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(back, set, "{text}");
    }
}

#[test]
fn every_decision_is_said_in_words() {
    let default = |to| Setting::Default(Some(to));
    let set = |to| Resolution::Set { object: object(ONE, 1), to };
    let same = |prefer| Resolution::Same { a: object(ONE, 0), b: object(TWO, 0), prefer };
    let cases = [
        (Resolution::keep(step(ONE, 0), [step(TWO, 0), step(TWO, 1)]), "keeps 1.0 over 2.0 and 2.1"),
        (same(Prefer::A), "makes 1/0 and 2/0 one, defined as the first"),
        (same(Prefer::B), "makes 1/0 and 2/0 one, defined as the second"),
        (Resolution::Rename { object: object(TWO, 3), to: "b".to_owned() }, "renames 2/3 to b"),
        (Resolution::Order { first: step(TWO, 0), then: step(ONE, 0) }, "puts 2.0 before 1.0"),
        (set(Setting::Type(Type::Varchar(80))), "gives 1/1 the type Varchar(80)"),
        (set(Setting::Nullable(true)), "lets 1/1 be NULL"),
        (set(Setting::Nullable(false)), "keeps 1/1 from being NULL"),
        (set(Setting::Default(None)), "takes the default of 1/1 away"),
        (set(default(Default::Literal(Literal::Text("x".to_owned())))), "gives 1/1 the default \"x\""),
        (set(default(Default::Uuid)), "gives 1/1 the default a random UUID"),
        (set(Setting::Initial(Literal::Int(7))), "gives 1/1 the initial value 7"),
        (set(Setting::Comment(None)), "takes the comment on 1/1 away"),
        (set(Setting::Comment(Some("so".to_owned()))), "comments on 1/1: so"),
    ];
    for (resolution, said) in cases {
        let of = |entry: EntryId| entry.0[0];
        let words = resolution.describe(&mut |s| format!("{}.{}", of(s.entry), s.step), &mut |o| {
            format!("{}/{}", of(o.entry), o.part)
        });
        assert_eq!(words, said);
    }
}

#[test]
fn objects_are_said_by_kind_and_name() {
    let options = ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME);
    let steps: Vec<Step> = options
        .from_str(
            r#"[
                CreateTable(name: "t", columns: [(name: "a", type: Text)], constraints: [(name: "c", is: Unique(["a"]))],
                    indexes: [(name: "i", on: [Column("a")])]),
                CreateEnum(name: "e", values: ["x", "y"]),
            ]"#,
        )
        .unwrap();
    let mut state = crate::state::State::new();
    for (n, step) in steps.iter().enumerate() {
        let sealed = step.seal(state.schema(MAIN_DATABASE)).unwrap();
        state.advance(MAIN_DATABASE, Origin::Entry(ONE), n as u32, &sealed).unwrap();
    }
    let schema = state.schema(MAIN_DATABASE);
    let said = |step, part| schema.describe_object(ObjectRef { entry: ONE, step, part }.into());
    let all: Vec<_> =
        (0..4).map(|part| said(0, part)).chain((0..3).map(|part| said(1, part))).flatten().collect();
    assert_eq!(
        all,
        [
            "table t",
            "column t.a",
            "constraint c of t",
            "index i on t",
            "enum e",
            "value x of enum e",
            "value y of enum e"
        ]
    );
    assert_eq!((said(0, 4), said(2, 0)), (None, None));
}
