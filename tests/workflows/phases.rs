//! Six phases of a product over two databases: people in `socrates_auth`, what they work on in `socrates_specs`.

use super::{recorded, strict, tables};
use crate::support::{Kind, Project, Target, targets};

const PROJECT: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const USER: &str = "aaaaaaaa-0000-4000-8000-000000000002";

/// The workspace and its two databases of one kind.
struct World {
    project: Project,
    auth: Target,
    specs: Target,
    /// Where `specs` can go: everything, or the entry before vectors where the server has none.
    last: &'static str,
}

fn worlds() -> Vec<World> {
    Kind::ALL.into_iter().filter_map(world).collect()
}

fn world(kind: Kind) -> Option<World> {
    let (auth, specs) = (targets::fresh(kind)?, targets::fresh(kind)?);
    let project = recorded("phases");
    project.write(
        "strat.ron",
        format!(
            "(default: \"specs\", targets: {{
                \"auth\": (url: {:?}, database: \"socrates_auth\"),
                \"specs\": (url: {:?}, database: \"socrates_specs\"),
            }})",
            auth.url, specs.url
        ),
    );
    let offers = kind != Kind::Postgres || specs.offers_extension("vector");
    if !offers {
        targets::skip("vectors of the phases workflow", "this PostgreSQL has no pgvector");
    }
    Some(World { project, auth, specs, last: if offers { "head" } else { "0501-learning" } })
}

impl World {
    #[track_caller]
    fn up(&self, target: &str, revision: &str) {
        self.project.strat(["up", revision, "--target", target]).ok();
    }

    #[track_caller]
    fn down(&self, target: &str, revision: &str) {
        self.project.strat(["down", revision, "--target", target, "--accept", "H101"]).ok();
    }

    fn has_vectors(&self) -> bool {
        self.last == "head"
    }

    fn work(&self) {
        let documents =
            ["Cross-validation", "Überanpassung", "日本語"].iter().enumerate().map(|(i, title)| {
                format!(
                    "INSERT INTO knowledge_base_documents (id, project_id, title, content)
                 VALUES ('dddddddd-0000-4000-8000-00000000000{i}', '{PROJECT}', '{title}', 'about {title}');"
                )
            });
        let project =
            format!("INSERT INTO projects (id, user_id, name) VALUES ('{PROJECT}', '{USER}', 'Socrates');");
        strict(&self.specs, &(project + &documents.collect::<String>())).unwrap();
    }
}

#[test]
fn each_database_gets_its_own_tables() {
    for world in worlds() {
        world.up("auth", "head");
        world.up("specs", world.last);
        let name = world.auth.name;
        assert_eq!(
            tables(&world.auth),
            ["api_keys", "team_invitations", "team_members", "teams", "users"],
            "{name}"
        );
        let specs = tables(&world.specs);
        assert_eq!(specs.len(), if world.has_vectors() { 10 } else { 9 }, "{name}: {specs:?}");
        assert!(specs.contains(&"knowledge_base_documents".to_owned()), "{name}");
        assert!(
            !specs.contains(&"users".to_owned()) && !tables(&world.auth).contains(&"projects".to_owned())
        );
        world.project.strat(["verify", "--target", "auth"]).ok();
        world.project.strat(["verify", "--target", "specs"]).ok();
    }
}

#[test]
fn down_by_one_to_a_revision_and_to_the_base_and_up_again() {
    for world in worlds() {
        let name = world.auth.name;
        world.up("auth", "head");
        world.up("specs", world.last);
        let all = (tables(&world.auth), tables(&world.specs));
        world.down("specs", "-1");
        world.down("specs", "0201-test-results");
        assert_eq!(tables(&world.specs), ["projects", "test_results", "user_rules"], "{name}");
        world.down("auth", "0301-api-keys");
        assert_eq!(tables(&world.auth), ["api_keys", "users"], "{name}");
        world.up("auth", "head");
        world.up("specs", world.last);
        assert_eq!((tables(&world.auth), tables(&world.specs)), all, "{name}");
        world.down("auth", "base");
        world.down("specs", "base");
        assert!(tables(&world.auth).is_empty() && tables(&world.specs).is_empty(), "{name}");
        world.up("auth", "head");
        world.up("specs", world.last);
        assert_eq!((tables(&world.auth), tables(&world.specs)), all, "{name}");
    }
}

#[test]
fn documents_get_their_embeddings() {
    for world in worlds().into_iter().filter(World::has_vectors) {
        world.up("specs", "0501-learning");
        world.work();
        world.up("specs", "head");
        let name = world.specs.name;
        assert_eq!(
            world.specs.value("SELECT count(*) FROM knowledge_base_documents WHERE embedding IS NOT NULL"),
            "3",
            "{name}"
        );
        let first = embeddings(&world.specs);
        // What is there already is nobody's business: only documents without an embedding are visited.
        world.down("specs", "0502-vectors");
        world.up("specs", "head");
        assert_eq!(embeddings(&world.specs), first, "{name}: the same texts, the same vectors");
        if world.specs.kind == Kind::Postgres {
            let nearest = "SELECT b.title FROM knowledge_base_documents a, knowledge_base_documents b
                WHERE a.title = 'Überanpassung' ORDER BY a.embedding <-> b.embedding LIMIT 1";
            assert_eq!(world.specs.value(nearest), "Überanpassung");
            let length =
                "SELECT round(vector_norm(embedding)::numeric, 5) FROM knowledge_base_documents LIMIT 1";
            assert_eq!(world.specs.value(length), "1.00000");
        }
    }
}

fn embeddings(target: &Target) -> Vec<Vec<String>> {
    let shown = if target.kind == Kind::Postgres { "embedding::text" } else { "hex(embedding)" };
    target.sql(&format!("SELECT title, {shown} FROM knowledge_base_documents ORDER BY id"))
}
