//! Where a history has led to: the schemas of all its databases, with their digests kept beside them.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use crate::{
    digest::{DigestError, SchemaDigest, digest_databases},
    id::{Digest, Minter, Origin},
    lowered::Lowered,
    problem::{EvolveError, LowerError},
    schema::Schema,
    step::Step,
};

/// The schemas of several databases, by name. A database that isn't there is empty.
pub type Databases = BTreeMap<String, Schema>;

/// Why a step can't be taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StepError {
    /// Its names can't be lowered.
    #[error(transparent)]
    Lower(#[from] LowerError),
    /// What it means doesn't fit the schema.
    #[error(transparent)]
    Evolve(#[from] EvolveError),
}

/// Schemas by database, with what is needed to know their digest cheaply after each step. Cloning costs nothing; the first step after
/// it copies what it is taken on.
#[derive(Clone, Debug, Default)]
pub struct State {
    databases: BTreeMap<String, Database>,
}

#[derive(Clone, Debug, Default)]
struct Database {
    schema: Arc<Schema>,
    /// Kept along from when it was first asked for: most who fold want the schema alone.
    digest: Option<Arc<SchemaDigest>>,
}

/// What [`State::schema`] gives for a database that isn't there.
static EMPTY: OnceLock<Arc<Schema>> = OnceLock::new();

impl State {
    /// The state before all entries: nothing.
    pub fn new() -> State {
        State::default()
    }

    /// The state with these schemas.
    pub fn of(databases: &Databases) -> State {
        let database = |schema: &Schema| Database { schema: Arc::new(schema.clone()), digest: None };
        State { databases: databases.iter().map(|(name, schema)| (name.clone(), database(schema))).collect() }
    }

    /// The schema of a database; empty when nothing was ever done to it.
    pub fn schema(&self, database: &str) -> &Schema {
        self.shared(database)
    }

    /// The same, to be kept.
    pub fn shared(&self, database: &str) -> &Arc<Schema> {
        self.databases.get(database).map_or_else(|| EMPTY.get_or_init(Arc::default), |d| &d.schema)
    }

    /// The databases that something is in, by name.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.databases
            .iter()
            .filter(|(_, d)| !d.schema.is_empty())
            .map(|(name, d)| (name.as_str(), &*d.schema))
    }

    /// The schemas alone.
    pub fn to_databases(&self) -> Databases {
        self.schemas().map(|(name, schema)| (name.to_owned(), schema.clone())).collect()
    }

    /// Carries out one lowered step.
    ///
    /// # Errors
    /// When it doesn't fit; the state is then spoilt and must be thrown away.
    pub fn evolve(&mut self, database: &str, step: &Lowered) -> Result<(), EvolveError> {
        if !self.databases.contains_key(database) {
            self.databases.insert(database.to_owned(), Database::default());
        }
        let Some(Database { schema, digest }) = self.databases.get_mut(database) else { return Ok(()) };
        step.evolve(Arc::make_mut(schema))?;
        if let Some(digest) = digest {
            Arc::make_mut(digest).touch(step, schema);
        }
        Ok(())
    }

    /// Lowers a sealed step, the `index`-th of its entry, and carries it out; yields what it became.
    ///
    /// # Errors
    /// When it can't be lowered, or doesn't fit; the state is then spoilt and must be thrown away.
    pub fn advance(
        &mut self,
        database: &str,
        origin: Origin,
        index: u32,
        step: &Step,
    ) -> Result<Vec<Lowered>, StepError> {
        let lowered = step.lower(self.schema(database), &mut Minter::new(origin, index))?;
        for one in &lowered {
            self.evolve(database, one)?;
        }
        Ok(lowered)
    }

    /// The digest over all databases: what an entry's `schema` field holds.
    ///
    /// # Errors
    /// When a schema can't be written down; the state is then spoilt and must be thrown away.
    pub fn digest(&mut self) -> Result<Digest, DigestError> {
        let mut roots = Vec::with_capacity(self.databases.len());
        for (name, Database { schema, digest }) in &mut self.databases {
            let digest = digest.get_or_insert_with(|| Arc::new(SchemaDigest::of(schema)));
            roots.push((name.as_str(), Arc::make_mut(digest).root(schema)?));
        }
        Ok(digest_databases(roots))
    }
}
