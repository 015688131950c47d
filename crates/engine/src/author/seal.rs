//! Seals a draft: names decided, expressions marked, scripts pinned, keys counted, the fold's digest taken.

use std::{collections::BTreeMap, path::Path};

use dialect::{Dialect, Facts, hazard::Hazard};
use ledger::{Ledger, LedgerError, Source, SourceError};
use model::{
    CanonicalError, Class, ConstraintKind, Digest, Draft, Entry, EntryId, Fault, Lowered, Minter, Origin,
    Schema, Segment, Step,
    data_step::{LoweredPopulate, Populate},
    digest::{digest_databases, digest_schema},
    entry::FORMAT,
    rows::encode_value,
};

use super::runners::runner_bytes;
use super::scripts::{ScriptError, read_asset, read_module};
use super::watched::Watched;
use crate::{
    data::{DataError, populate},
    guests::Guests,
};

/// Why a draft can't be sealed.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    /// It can't be read, or doesn't fit the schema.
    #[error("{0}")]
    Source(#[from] Box<SourceError>),
    /// A script can't be used.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// A populate's guest failed while its keys were taken.
    #[error("{place}: {cause}")]
    Data {
        /// The draft.
        place: String,
        /// Why.
        cause: Box<DataError>,
    },
    /// It has hazards that nobody accepted.
    #[error("{place}: {}", .hazards.join("; "))]
    Hazards {
        /// The draft.
        place: String,
        /// Codes and messages.
        hazards: Vec<String>,
        /// The codes alone.
        codes: Vec<String>,
    },
    /// Its entry can't be printed.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

impl Fault for AuthorError {
    fn class(&self) -> Class {
        match self {
            AuthorError::Source(_) | AuthorError::Canonical(_) => Class::Input,
            AuthorError::Script(cause) => cause.class(),
            AuthorError::Data { cause, .. } => cause.class(),
            AuthorError::Hazards { .. } => Class::Drift,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            AuthorError::Source(_) | AuthorError::Canonical(_) => None,
            AuthorError::Script(cause) => cause.hint(),
            AuthorError::Data { .. } => Some("`strat script test` runs the script on its cases".to_owned()),
            AuthorError::Hazards { codes, .. } => Some(format!(
                "if that is meant, say so in the draft: accept: [{}]",
                codes.iter().map(|c| format!("{c:?}")).collect::<Vec<_>>().join(", ")
            )),
        }
    }
}

/// Where a draft is to stand in the history.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The ledger's UUID.
    pub ledger: String,
    /// The entries it follows, sorted.
    pub parents: Vec<EntryId>,
    /// The branch label.
    pub branch: String,
    /// The schemas at its parents, by database.
    pub databases: BTreeMap<String, Schema>,
    /// `Name <mail>`.
    pub author: String,
    /// RFC 3339 in UTC.
    pub authored_at: String,
}

/// What sealing needs beside the draft.
pub struct Sealing<'a> {
    /// `data-scripts/`.
    pub scripts: &'a Path,
    /// The draft's file as people read it.
    pub place: &'a str,
    /// The draft's file stem.
    pub stem: &'a str,
    /// The databases it is for: the hazards are those that it has on one of them.
    pub dialects: &'a [&'static dyn Dialect],
    /// What is known of their servers, where one is meant; else the least is taken for granted.
    pub facts: &'a Facts,
}

/// A sealed draft, not yet stored.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The entry.
    pub entry: Entry,
    /// Blobs it needs, by digest.
    pub blobs: BTreeMap<Digest, Vec<u8>>,
    /// All hazards of its steps: step number and hazard.
    pub hazards: Vec<(usize, Hazard)>,
    /// What is worth a note although nothing breaks: step number and note.
    pub notes: Vec<(usize, Hazard)>,
    /// What each step does, for people.
    pub titles: Vec<String>,
}

impl Sealed {
    /// Stores it, blobs first: nothing durable ever points to what isn't. A crash leaves blobs that nobody uses, at worst, and the same
    /// again completes it.
    pub fn store(&self, ledger: &Ledger) -> Result<EntryId, LedgerError> {
        for bytes in self.blobs.values() {
            ledger.put_blob(bytes)?;
        }
        ledger.append(&self.entry)
    }
}

/// Seals the text of a draft against where it stands. Nothing is written.
pub fn seal(text: &str, standing: &Standing, sealing: &Sealing<'_>) -> Result<Sealed, AuthorError> {
    let source = Source::new(sealing.place, text);
    let draft: Draft = source.parse().map_err(Box::new)?;
    if draft.steps.is_empty() {
        return Err(Box::new(source.error_at(
            &[Segment::Field("steps")],
            "a draft needs at least one step",
            None,
        ))
        .into());
    }
    let schema = standing.databases.get(&draft.database).cloned().unwrap_or_default();
    let Work { blobs, hazards, notes, titles, steps, schema, .. } =
        seal_steps(&source, sealing, schema, Listed::whole(draft.steps), &draft.accept)?;
    let mut databases = standing.databases.clone();
    databases.insert(draft.database.clone(), schema);
    let entry = Entry {
        format: FORMAT,
        ledger: standing.ledger.clone(),
        parents: standing.parents.clone(),
        branch: draft.branch.unwrap_or_else(|| standing.branch.clone()),
        database: draft.database,
        message: draft.message,
        author: standing.author.clone(),
        authored_at: standing.authored_at.clone(),
        draft: sealing.stem.to_owned(),
        accept: draft.accept,
        resolutions: Vec::new(),
        steps,
        databases: Vec::new(),
        schema: schemas_digest(&databases)?,
    };
    Ok(Sealed { entry, blobs, hazards, notes, titles })
}

/// Steps of a draft that speak of one database.
pub(super) struct Listed {
    /// The steps.
    pub steps: Vec<Step>,
    /// The list they stand in.
    pub at: Vec<Segment>,
    /// How many of the entry come before them.
    pub from: usize,
}

impl Listed {
    /// All steps of an entry.
    pub fn whole(steps: Vec<Step>) -> Listed {
        Listed { steps, at: vec![Segment::Field("steps")], from: 0 }
    }
}

/// Seals steps one after the other, and refuses hazards that nobody accepted.
pub(super) fn seal_steps<'a>(
    source: &'a Source,
    sealing: &'a Sealing<'a>,
    schema: Schema,
    Listed { steps, at, from }: Listed,
    accept: &[String],
) -> Result<Work<'a>, AuthorError> {
    let mut work = Work {
        source,
        sealing,
        at,
        from,
        schema,
        steps: Vec::with_capacity(steps.len()),
        blobs: BTreeMap::new(),
        watched: Watched::begin(sealing.dialects, sealing.facts),
        hazards: Vec::new(),
        notes: Vec::new(),
        titles: Vec::new(),
    };
    for (number, step) in steps.into_iter().enumerate() {
        let sealed = work.step(number, step)?;
        work.steps.push(sealed);
    }
    work.look_back();
    let refused: Vec<_> = work
        .hazards
        .iter()
        .filter(|(_, h)| h.code == "H101" && !accept.iter().any(|a| a == h.code))
        .collect();
    if !refused.is_empty() {
        let mut codes: Vec<_> = refused.iter().map(|(_, h)| h.code.to_owned()).collect();
        codes.dedup();
        let hazards =
            refused.iter().map(|(step, h)| format!("step {}: {} {}", step + 1, h.code, h.message)).collect();
        return Err(AuthorError::Hazards { place: sealing.place.to_owned(), hazards, codes });
    }
    Ok(work)
}

/// The digest over all databases' schemas.
pub fn schemas_digest(databases: &BTreeMap<String, Schema>) -> Result<Digest, AuthorError> {
    let mut roots = Vec::new();
    for (name, schema) in databases {
        if !schema.is_empty() {
            let root = digest_schema(schema).map_err(|e| CanonicalError::Other(e.to_string()))?;
            roots.push((name.as_str(), root));
        }
    }
    Ok(digest_databases(roots))
}

/// Steps on their way into an entry, and the schema they lead to.
pub(super) struct Work<'a> {
    source: &'a Source,
    sealing: &'a Sealing<'a>,
    at: Vec<Segment>,
    from: usize,
    pub(super) schema: Schema,
    pub(super) steps: Vec<Step>,
    pub(super) blobs: BTreeMap<Digest, Vec<u8>>,
    watched: Watched<'a>,
    pub(super) hazards: Vec<(usize, Hazard)>,
    pub(super) notes: Vec<(usize, Hazard)>,
    pub(super) titles: Vec<String>,
}

impl Work<'_> {
    fn step(&mut self, number: usize, step: Step) -> Result<Step, AuthorError> {
        let mut step = step.seal(&self.schema).map_err(|e| self.place(number, e))?;
        match &mut step {
            Step::Backfill(backfill) => {
                self.pin(&backfill.script, &mut backfill.module, &mut backfill.assets)?;
            }
            Step::Populate(populate) => {
                self.pin(&populate.script, &mut populate.module, &mut populate.assets)?;
            }
            Step::Transfer(transfer) => {
                self.pin(&transfer.script, &mut transfer.module, &mut transfer.assets)?;
            }
            Step::Aggregate(aggregate) => {
                self.pin(&aggregate.script, &mut aggregate.module, &mut aggregate.assets)?;
            }
            _ => {}
        }
        let lowered = self.lower(number, &step)?;
        if let Step::Populate(populate) = &mut step {
            for one in &lowered {
                if let Lowered::Populate(made) = one {
                    self.count_keys(populate, made)?;
                }
            }
        }
        // Sealing added to the step, and the fold will lower what is sealed.
        for one in self.lower(number, &step)? {
            self.titles.push(one.describe(&self.schema));
            let before = self.schema.clone();
            one.evolve(&mut self.schema)
                .map_err(|e| Box::new(self.source.error_at(&self.path(number), e.to_string(), None)))?;
            let found = self.watched.look(&one, &before, &self.schema);
            self.hazards.extend(found.into_iter().map(|hazard| (self.from + number, hazard)));
            self.watched.passed.push((self.from + number, one, before));
        }
        Ok(step)
    }

    /// Finds what shows only when all steps are there.
    fn look_back(&mut self) {
        let (hazards, notes) = self.watched.look_back(&self.schema);
        self.hazards.extend(hazards);
        self.hazards.sort_by_key(|(number, _)| *number);
        self.notes = notes;
    }

    fn lower(&self, number: usize, step: &Step) -> Result<Vec<Lowered>, AuthorError> {
        let mut minter = Minter::new(Origin::New, u32::try_from(self.from + number).unwrap_or(u32::MAX));
        step.lower(&self.schema, &mut minter).map_err(|e| self.place(number, e))
    }

    /// Where a step of these stands in the draft.
    fn path(&self, number: usize) -> Vec<Segment> {
        [self.at.as_slice(), &[Segment::Index(number)]].concat()
    }

    fn place(&self, number: usize, error: model::LowerError) -> AuthorError {
        let mut path = self.path(number);
        path.extend(error.at);
        let hint = error.suggestion.map(|name| format!("did you mean `{name}`?"));
        Box::new(self.source.error_at(&path, error.problem.to_string(), hint)).into()
    }

    fn pin(
        &mut self,
        script: &str,
        module: &mut Option<model::data_step::Module>,
        assets: &mut BTreeMap<String, model::data_step::Asset>,
    ) -> Result<(), AuthorError> {
        let (sealed, bytes) = read_module(self.sealing.scripts, script)?;
        self.blobs.insert(sealed.blake3, bytes);
        if let Some(runner) = &sealed.runner {
            let bytes = runner_bytes(&runner.blake3)
                .ok_or_else(|| ScriptError::Runner { name: script.to_owned(), runner: runner.blake3 })?;
            self.blobs.insert(runner.blake3, bytes.to_vec());
        }
        *module = Some(sealed);
        for asset in assets.values_mut() {
            let (blob, bytes) = read_asset(self.sealing.scripts, script, &asset.file)?;
            self.blobs.insert(blob.blake3, bytes);
            asset.blob = Some(blob);
        }
        Ok(())
    }

    /// Runs the guest, whose input is sealed, and seals the digests of its rows' keys for each unique constraint it fills.
    fn count_keys(&self, step: &mut Populate, lowered: &LoweredPopulate) -> Result<(), AuthorError> {
        let blobs =
            |digest: &Digest| self.blobs.get(digest).cloned().ok_or_else(|| "it isn't there".to_owned());
        let guests = Guests::new(&blobs);
        let fail = |cause| AuthorError::Data { place: self.sealing.place.to_owned(), cause: Box::new(cause) };
        let made = populate::make(&guests, &self.schema, lowered).map_err(fail)?;
        let Some(table) = self.schema.table(lowered.table) else { return Ok(()) };
        for constraint in &table.constraints {
            let (ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns)) = &constraint.kind
            else {
                continue;
            };
            let places: Option<Vec<_>> =
                columns.iter().map(|id| lowered.write.iter().position(|c| c.id == *id)).collect();
            let Some(places) = places else { continue };
            let mut keys = Vec::with_capacity(made.rows.len());
            for row in &made.rows {
                let mut bytes = Vec::new();
                for place in &places {
                    encode_value(&lowered.write[*place].ty, &row[*place], &mut bytes)
                        .map_err(|e| fail(DataError::Progress(e.to_string())))?;
                }
                keys.push(Digest::of(&bytes));
            }
            keys.sort_unstable();
            if let Some(twice) = keys.windows(2).position(|pair| pair[0] == pair[1]) {
                let message =
                    format!("its rows meet {} twice (key {})", constraint.name, keys[twice].short());
                let error = self.source.error_at(&self.at, message, None);
                return Err(Box::new(error).into());
            }
            step.keys.insert(constraint.name.clone(), keys);
        }
        Ok(())
    }
}
