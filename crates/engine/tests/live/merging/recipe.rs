//! A random fork as a value: it can be told, read again and made smaller.

use model::{EntryId, Origin, Schema, Step};
use ron::{extensions::Extensions, ser::PrettyConfig};
use serde::{Deserialize, Serialize};
use stratigraph_engine::Known;

use super::fork::{Fork, decide, merge};
use crate::world::World;

/// The steps of two branches, one an entry, with what stands before and behind them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub base: Vec<Step>,
    pub a: Vec<Step>,
    pub b: Vec<Step>,
    pub after: Vec<Step>,
    /// Which of the choices that decide something is taken, conflict by conflict.
    pub picks: Vec<usize>,
}

fn options() -> ron::Options {
    ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME)
}

/// Records a step as an entry behind others; nothing where it doesn't fit there.
pub fn put(world: &World, at: &[EntryId], step: &Step, stem: &str) -> Option<EntryId> {
    let state = Known::load(&world.ledger).unwrap().history.state_at(at).ok()?;
    let sealed = step.seal(state.schema("main")).ok()?;
    state.clone().advance("main", Origin::New, 0, &sealed).ok()?;
    let text = model::to_canonical(step).unwrap();
    let draft = format!("Draft(message: \"{stem}\", accept: [\"H101\"], steps: [{text}])");
    Some(world.record_on(at, &draft, stem))
}

/// The schema behind entries.
pub fn schema_at(world: &World, at: &[EntryId]) -> Schema {
    Known::load(&world.ledger).unwrap().history.state_at(at).unwrap().schema("main").clone()
}

/// Decides between two heads: the conflict of each number by the one of its deciding choices that `pick` names.
pub fn decided(
    known: &Known,
    heads: [EntryId; 2],
    mut pick: impl FnMut(usize) -> Option<usize>,
) -> Option<Vec<model::Resolution>> {
    decide(known, heads, |_, choices| {
        let deciding: Vec<usize> =
            (0..choices.len()).filter(|n| !choices[*n].resolutions.is_empty()).collect();
        deciding.get(pick(deciding.len())?).copied()
    })
}

impl Recipe {
    pub fn parse(text: &str) -> Recipe {
        options().from_str(text).unwrap_or_else(|e| panic!("{e}"))
    }

    pub fn text(&self) -> String {
        options().to_string_pretty(self, PrettyConfig::new().depth_limit(2)).unwrap()
    }

    /// The fork in a ledger of its own; nothing where a step doesn't fit, or the merge can't be decided.
    pub fn fork(&self) -> Option<Fork> {
        let world = World::repeatable();
        let row = |from: &[EntryId], steps: &[Step], stem: &str| {
            let mut grown: Vec<EntryId> = Vec::new();
            for (number, step) in steps.iter().enumerate() {
                let at = grown.last().map_or(from, std::slice::from_ref);
                grown.push(put(&world, at, step, &format!("{stem}{number}"))?);
            }
            Some(grown)
        };
        let base = *row(&[], &self.base, "base")?.last()?;
        let (a, b) = (row(&[base], &self.a, "a")?, row(&[base], &self.b, "b")?);
        let heads = [*a.last()?, *b.last()?];
        let mut picks = self.picks.iter();
        let known = Known::load(&world.ledger).unwrap();
        let pick = |count: usize| picks.next().copied().unwrap_or(0).checked_rem(count);
        let resolutions = decided(&known, heads, pick)?;
        let merge = merge(&world, heads, &resolutions)?;
        let after = row(&[merge], &self.after, "after")?.last().copied().unwrap_or(merge);
        let known = Known::load(&world.ledger).unwrap();
        known.history.fold().ok()?;
        Some(Fork { world, known, base, a, b, merge, after, resolutions })
    }

    /// The same without one step, for every step that there is; those at the end first.
    fn smaller(&self) -> Vec<Recipe> {
        let mut smaller = Vec::new();
        let parts: [fn(&mut Recipe) -> &mut Vec<Step>; 4] =
            [|r| &mut r.after, |r| &mut r.b, |r| &mut r.a, |r| &mut r.base];
        for part in parts {
            for n in (0..part(&mut self.clone()).len()).rev() {
                let mut less = self.clone();
                part(&mut less).remove(n);
                smaller.push(less);
            }
        }
        smaller
    }

    /// The smallest recipe found that still fails; each that `fails` is asked about is a step shorter than the last that did.
    pub async fn shrink(self, mut fails: impl AsyncFnMut(&Recipe) -> bool) -> Recipe {
        let mut least = self;
        'smaller: loop {
            for less in least.smaller() {
                if fails(&less).await {
                    least = less;
                    continue 'smaller;
                }
            }
            return least;
        }
    }
}

#[tokio::test]
async fn what_is_told_is_read_again_and_made_smaller() {
    let table = |name: &str| -> Step {
        let columns = "columns: [(name: \"id\", type: BigInt)]";
        options().from_str(&format!("CreateTable(name: \"{name}\", {columns})")).unwrap()
    };
    let rename = |to: &str| -> Step {
        options().from_str(&format!("RenameTable(table: \"t\", to: \"{to}\")")).unwrap()
    };
    let recipe = Recipe {
        base: vec![table("t"), table("u")],
        a: vec![rename("x"), table("v")],
        b: vec![table("w"), rename("y")],
        after: vec![table("z")],
        picks: vec![1],
    };
    assert_eq!(Recipe::parse(&recipe.text()), recipe);
    // As if two names for one table were what fails.
    let fails = async |recipe: &Recipe| recipe.fork().is_some_and(|fork| !fork.resolutions.is_empty());
    assert!(fails(&recipe).await);
    let least = recipe.shrink(fails).await;
    let wanted = Recipe {
        base: vec![table("t")],
        a: vec![rename("x")],
        b: vec![rename("y")],
        after: vec![],
        picks: vec![1],
    };
    assert_eq!(least, wanted);
}
