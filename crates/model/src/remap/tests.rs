use std::collections::BTreeSet;

use super::*;
use crate::{
    digest::tests::take,
    effects::{Mode, Resource, Scope},
    id::{Digest, Origin},
    operation::tests::{base, commuting::POOL, form, lower, step},
    random::Random,
    schema::{Schema, fold_name},
};

/// Kinds of steps that the pool of commuting steps lacks.
const MORE: [&str; 12] = [
    r#"CreateExtension(name: "Vector")"#,
    r#"ChangeType(table: "posts", column: "title", to: Array(Enum("state")), using: "status || 'NEW'")"#,
    r#"SetDefault(table: "posts", column: "title", to: Expression("lower('X')"))"#,
    r#"Backfill(script: "x", table: "posts", rows: Where(And([Gt("stars", 1), Not(Eq("status", "OPEN"))])), read: ["author", "status"], write: ["title"])"#,
    r#"Populate(script: "s", table: "posts", write: ["id", "title", "status"])"#,
    r#"Sql(on: {"sqlite": (up: ["x"], down: ["y"])}, declares: [CreateEnum(name: "e", values: ["x", "y"]), AddColumn(table: "notes", column: (name: "e", type: Enum("e"))), RenameEnumValue(name: "e", value: "x", to: "z")], touches: ["notes"])"#,
    r#"CreateTable(name: "tree", columns: [(name: "id", type: BigInt), (name: "up", type: BigInt), (name: "twice", type: BigInt, generated: (as: "up * 2", storage: Virtual)), (name: "kind", type: Enum("state"), default: Literal("OPEN"))], constraints: [(is: ForeignKey(columns: ["up"], references: "tree", to: ["id"])), (is: Check("id > 0 AND kind <> 'DONE'")), (is: PrimaryKey(["id"]))], indexes: [(on: [Desc("up"), Expression("up + id", Desc)], unique: true, only: "kind = 'NEW'", include: ["kind"])])"#,
    r#"Comment(on: Table("notes"), text: "x")"#,
    r#"Transfer(script: "t", table: "posts", rows: Where(Gt("stars", 1)), read: ["title", "status"], into: [(table: "users", write: ["id", "email", "name"])])"#,
    r#"Aggregate(script: "a", table: "posts", rows: Where(NotNull("author")), group: ["author"], read: ["stars"], into: (table: "users", write: ["id", "email"]), lookups: {"u": (table: "users", read: ["name"])})"#,
    r#"Backfill(script: "x", table: "posts", read: ["author"], write: ["title"], lookups: {"u": (table: "users", rows: Where(NotNull("name")), read: ["name"])})"#,
    r#"Comment(on: Enum("state"), text: "x")"#,
];

/// Lowered steps of every kind, each with the schema before it.
fn every_kind() -> Vec<(Schema, Lowered)> {
    let mut all = Vec::new();
    for text in POOL.iter().chain(&MORE) {
        let mut schema = base();
        let mut back = Vec::new();
        for change in lower(&schema, &step(text), Digest::of(text.as_bytes()), 0).1 {
            back.push(change.inverse(&schema).unwrap());
            all.push((schema.clone(), change.clone()));
            change.evolve(&mut schema).unwrap();
        }
        for change in back.into_iter().rev() {
            all.push((schema.clone(), change.clone()));
            change.evolve(&mut schema).unwrap();
        }
    }
    all
}

/// Steps of random histories, each with the schema before it.
fn at_random() -> Vec<(Schema, Lowered)> {
    let mut all = Vec::new();
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let mut schema = base();
        for index in 0..120 {
            let mut before = schema.clone();
            let step = random.step(&schema);
            for change in take(&mut schema, index, &step).into_iter().flatten() {
                all.push((before.clone(), change.clone()));
                change.evolve(&mut before).unwrap();
            }
        }
    }
    assert!(all.len() > 600, "{}", all.len());
    all
}

fn steps() -> Vec<(Schema, Lowered)> {
    let mut all = every_kind();
    all.extend(at_random());
    all
}

fn after(before: &Schema, step: &Lowered) -> Schema {
    let mut schema = before.clone();
    step.evolve(&mut schema).unwrap_or_else(|e| panic!("{e} in {step:?}"));
    schema
}

/// The objects of a schema, members included.
fn objects(schema: &Schema) -> BTreeSet<ObjectId> {
    let mut ids: Vec<ObjectId> = schema.tables().flat_map(of_table).collect();
    ids.extend(schema.enums().flat_map(of_enum));
    ids.extend(schema.views().flat_map(|v| [v.id].into_iter().chain(columns(v))));
    ids.extend(schema.extensions().map(|e| e.id));
    let set: BTreeSet<ObjectId> = ids.iter().copied().collect();
    assert_eq!(set.len(), ids.len(), "every object is there once");
    set
}

#[test]
fn every_kind_of_step_is_tried() {
    let kinds: BTreeSet<String> = every_kind()
        .iter()
        .map(|(_, step)| format!("{step:?}").split([' ', '(', '{']).next().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.len(), 33, "{kinds:?}");
}

#[test]
fn no_identity_is_left_out() {
    let elsewhere = |id: ObjectId| ObjectId { origin: Origin::New, ..id };
    for (_, step) in steps() {
        assert_eq!(step.map_ids(&mut |id| id), step);
        let mapped = format!("{:?}", step.map_ids(&mut |id| elsewhere(id)));
        assert!(format!("{step:?}").contains("Entry("), "{step:?}");
        assert!(!mapped.contains("Entry("), "{mapped}");
    }
}

#[test]
fn mapping_back_is_as_if_nothing_was_mapped() {
    let (there, back) = (
        |id: ObjectId| ObjectId { part: id.part + 7, step: id.step ^ 1, ..id },
        |id: ObjectId| ObjectId { part: id.part - 7, step: id.step ^ 1, ..id },
    );
    for (_, step) in steps() {
        let mapped = step.map_ids(&mut |id| there(id));
        assert_ne!(mapped, step);
        assert_eq!(mapped.map_ids(&mut |id| back(id)), step);
        let created: Vec<ObjectId> = step.creates().into_iter().map(there).collect();
        assert_eq!(mapped.creates(), created);
    }
}

#[test]
fn a_history_over_other_identities_is_the_same_history() {
    let elsewhere = |id: ObjectId| match id.origin {
        Origin::Entry(entry) => ObjectId { origin: Origin::Entry(Digest::of(&entry.0)), ..id },
        Origin::New => id,
    };
    // What a base creates is mapped too: its steps are the way from nothing.
    let start = crate::difference::difference(&Schema::new(), &base());
    let mut mapped = Schema::new();
    start.iter().for_each(|step| step.map_ids(&mut |id| elsewhere(id)).evolve(&mut mapped).unwrap());
    for (before, step) in every_kind() {
        if form(&before) != form(&base()) {
            continue;
        }
        let there = after(&mapped, &step.map_ids(&mut |id| elsewhere(id)));
        let names = |schema: &Schema| crate::digest::digest_schema(schema).unwrap();
        assert_eq!(names(&there), names(&after(&before, &step)), "{step:?}");
    }
}

#[test]
fn what_a_step_creates_is_what_a_schema_gains() {
    for (before, step) in steps() {
        let created: BTreeSet<ObjectId> = step.creates().into_iter().collect();
        let had = objects(&before);
        let gained: BTreeSet<ObjectId> = objects(&after(&before, &step)).difference(&had).copied().collect();
        let kept: BTreeSet<ObjectId> = match &step {
            Lowered::ReplaceView { view } => columns(view).filter(|c| had.contains(c)).collect(),
            _ => BTreeSet::new(),
        };
        assert_eq!(created, gained.union(&kept).copied().collect(), "{step:?}");
    }
}

#[test]
fn claims_are_those_of_the_effects() {
    for (before, step) in steps() {
        let claims: BTreeSet<(Scope, String)> = step
            .claims(&before)
            .into_iter()
            .map(|(scope, name, _)| match scope {
                Scope::Values(_) => (scope, name),
                _ => (scope, fold_name(&name)),
            })
            .collect();
        let taken: BTreeSet<(Scope, String)> = step
            .effects(&before)
            .into_iter()
            .filter_map(|access| match (access.resource, access.mode) {
                (Resource::Name(Scope::Singletons(_), _), _) => None,
                (Resource::Name(scope, name), Mode::Write(_)) => Some((scope, name)),
                _ => None,
            })
            .collect();
        assert!(claims.is_superset(&taken), "{step:?}: {taken:?}");
        for (scope, name) in claims.difference(&taken) {
            let (Scope::Values(of) | Scope::Columns(of)) = scope else { panic!("{name} in {step:?}") };
            let there = after(&before, &step);
            assert!(before.enum_(*of).is_none() && (there.enum_(*of).is_some() || there.view(*of).is_some()));
        }
    }
}

#[test]
fn a_claimed_name_is_held_by_whom_it_is_given_to() {
    for (before, step) in steps() {
        // What hand-written SQL gives a name it may take back.
        if matches!(step, Lowered::Sql { .. }) {
            continue;
        }
        let there = after(&before, &step);
        for (scope, name, id) in step.claims(&before) {
            assert_eq!(holder(&there, &scope, &name), Some(id), "{name} in {step:?}");
            let (found, now) = name_of(&there, id).unwrap();
            assert!(now == name && (found == scope || scope == Scope::Relations), "{name} in {step:?}");

            let other = step.with_name(id, "Something else");
            let there = after(&before, &other);
            assert_eq!(name_of(&there, id), Some((found, "Something else".to_owned())), "{other:?}");
            assert_eq!(holder(&there, &scope, "Something else"), Some(id));
            assert_eq!(other.with_name(id, &name), step);
        }
        let nobody = ObjectId { origin: Origin::New, step: 0, part: 0 };
        assert_eq!(step.with_name(nobody, "Something else"), step);
    }
}

#[test]
fn names_are_found_by_their_scopes_rules() {
    let schema = base();
    let posts = schema.table_named("posts").unwrap();
    let of = schema.enum_named("state").unwrap();
    let key = posts.constraint_named("posts_pkey").unwrap().id;
    assert_eq!(holder(&schema, &Scope::Relations, "POSTS"), Some(posts.id));
    assert_eq!(holder(&schema, &Scope::Relations, "Posts_pkey"), Some(key));
    assert_eq!(holder(&schema, &Scope::Constraints, "Posts_pkey"), Some(key));
    assert_eq!(holder(&schema, &Scope::Singletons(posts.id), "primary key"), Some(key));
    assert_eq!(holder(&schema, &Scope::Singletons(posts.id), "identity"), None);
    assert_eq!(holder(&schema, &Scope::Columns(posts.id), "TITLE"), Some(posts.columns[2].id));
    assert_eq!(holder(&schema, &Scope::Columns(of.id), "TITLE"), None);
    assert_eq!(holder(&schema, &Scope::Values(of.id), "NEW"), Some(of.values[0].id));
    assert_eq!(holder(&schema, &Scope::Values(of.id), "new"), None, "a value's text counts exactly");
    let users = schema.table_named("users").unwrap();
    assert_eq!(holder(&schema, &Scope::Singletons(users.id), "identity"), Some(users.columns[0].id));
}

#[test]
fn whatever_has_a_step_for_it_can_be_renamed() {
    let schema = after(&base(), &lower(&base(), &step(MORE[0]), Digest::of(b"x"), 0).1[0]);
    let mut kept = Vec::new();
    for id in objects(&schema) {
        let (scope, name) = name_of(&schema, id).unwrap();
        assert_eq!(holder(&schema, &scope, &name), Some(id));
        match rename(&schema, id, "another") {
            Some(step) => {
                assert_eq!(name_of(&after(&schema, &step), id), Some((scope, "another".to_owned())))
            }
            None => kept.push(name),
        }
    }
    kept.sort();
    assert_eq!(kept, ["Vector", "by", "id", "open_posts", "state"]);
    let nobody = ObjectId { origin: Origin::New, step: 0, part: 0 };
    assert_eq!((rename(&schema, nobody, "x"), name_of(&schema, nobody)), (None, None));
}

/// Takes what remains of a step.
fn take_rest(step: &Lowered, schema: &mut Schema) {
    for rest in step.remaining(schema) {
        rest.evolve(schema).unwrap_or_else(|e| panic!("{e} in {rest:?}"));
    }
}

#[test]
fn nothing_remains_of_what_was_done() {
    for (before, step) in steps() {
        let there = after(&before, &step);
        let rest = step.remaining(&there);
        match &step {
            // It runs again, with nothing to declare but what can't be done any more: its first says why.
            Lowered::Sql { on, declares, down, touches } => {
                let left = if *down { declares.clone() } else { Vec::new() };
                let (on, touches) = (on.clone(), touches.clone());
                assert_eq!(rest, [Lowered::Sql { on, declares: left, down: *down, touches }]);
                assert_eq!(rest[0].evolve(&mut there.clone()).is_err(), *down);
            }
            Lowered::ChangeType { using: Some(_), .. }
            | Lowered::Backfill(_)
            | Lowered::Populate(_)
            | Lowered::UndoBackfill(_)
            | Lowered::UndoPopulate(_)
            | Lowered::Derive(_)
            | Lowered::UndoDerive(_) => assert_eq!(rest, [step]),
            _ => assert_eq!(rest, [], "{step:?}"),
        }
    }
}

#[test]
fn all_remains_of_what_was_not_done() {
    for (before, step) in steps() {
        let rest = step.remaining(&before);
        if form(&after(&before, &step)) == form(&before) && rest.is_empty() {
            continue;
        }
        assert_eq!(rest, [step]);
    }
}

#[test]
fn a_change_to_what_is_not_there_stays_and_a_drop_does_not() {
    for (_, step) in every_kind() {
        let nowhere = Schema::new();
        let rest = step.remaining(&nowhere);
        match format!("{step:?}").starts_with("Drop") {
            true => assert_eq!(rest, []),
            false => assert_eq!(rest, [step]),
        }
    }
}

#[test]
fn a_table_that_is_there_gains_the_members_it_lacks() {
    let schema = base();
    let text = MORE[6];
    let create = lower(&schema, &step(text), Digest::of(b"x"), 0).1.remove(0);
    let Lowered::CreateTable(table) = &create else { panic!("{create:?}") };
    let whole = after(&schema, &create);
    let mut random = Random::new(7);
    for _ in 0..200 {
        let mut part = Table::clone(table);
        part.constraints.retain(|_| random.once_in(2));
        part.indexes.retain(|_| random.once_in(2));
        if part.constraints.is_empty() && part.indexes.is_empty() {
            let plain = random.below(3);
            part.columns
                .retain(|c| c.id == table.columns[plain].id && c.generated.is_none() || random.once_in(2));
            part.columns.iter_mut().for_each(|c| c.nullable = true);
        }
        let mut there = schema.clone();
        if there.clone().insert_table(part.clone().into()).is_err()
            || Lowered::CreateTable(part.clone().into()).evolve(&mut there).is_err()
        {
            continue; // a foreign key without the key it leans on, or no columns at all
        }
        take_rest(&create, &mut there);
        assert_eq!(form(&there), form(&whole), "{part:?}");
        assert_eq!(create.remaining(&there), []);
    }
}

#[test]
fn an_enum_that_is_there_gains_the_values_it_lacks() {
    let text = r#"CreateEnum(name: "e", values: ["a", "b", "c", "d"])"#;
    let create = lower(&Schema::new(), &step(text), Digest::of(b"x"), 0).1.remove(0);
    let Lowered::CreateEnum(of) = &create else { panic!("{create:?}") };
    for kept in 1..16 {
        let mut part = Enum::clone(of);
        let mut place = 0..;
        part.values.retain(|_| place.next().is_some_and(|place| kept >> place & 1 == 1));
        let mut there = Schema::new();
        Lowered::CreateEnum(part.into()).evolve(&mut there).unwrap();
        take_rest(&create, &mut there);
        assert_eq!(of_enum(there.enum_(of.id).unwrap()), of_enum(of), "{kept:b}");
    }
}
