//! Event enrichment: eight tables with composite keys, and indexes that don't keep writers waiting.

use super::{down, foreign_keys, has_index, is_at_head, recorded, strict, tables, up, verified};
use crate::support::{Kind, Target, root, targets};

const TABLES: [&str; 8] = [
    "audit_logs",
    "daily_model_agg",
    "daily_org_agg",
    "daily_provider_agg",
    "daily_user_agg",
    "events_enriched",
    "organizations",
    "users",
];

const PERFORMANCE: [&str; 3] =
    ["idx_events_org_ts", "idx_daily_user_agg_org_date", "idx_audit_logs_org_timestamp"];

fn fill(target: &Target) {
    let zone = if target.kind == Kind::Mysql { "2025-01-10 08:00:00" } else { "2025-01-10T08:00:00Z" };
    let rows = format!(
        "INSERT INTO organizations (org_id, name) VALUES ('o1', 'Org'), ('o2', 'Other');
         INSERT INTO users (user_id, org_id, email) VALUES ('u1', 'o1', 'u1@example.com'), ('u2', 'o2', NULL);
         INSERT INTO events_enriched (id, org_id, user_id, provider, kwh, water_l, co2_kg, ts, metadata)
           VALUES ('e1', 'o1', 'u1', 'p', 0.5, 0.25, 0.125, '{zone}', '{{\"a\": 1}}');
         INSERT INTO daily_user_agg (date, org_id, user_id, call_count) VALUES ('2025-01-10', 'o1', 'u1', 3);
         INSERT INTO daily_model_agg (date, org_id, provider, model) VALUES ('2025-01-10', 'o1', 'p', 'm');
         INSERT INTO audit_logs (org_id, action) VALUES ('o1', 'login'), ('o1', 'logout');"
    );
    strict(target, &rows).unwrap();
}

fn counts(target: &Target) -> Vec<String> {
    TABLES.iter().map(|table| target.value(&format!("SELECT count(*) FROM {table}"))).collect()
}

#[test]
fn eight_tables_come_go_and_come_back() {
    for target in targets::all() {
        let project = recorded("events");
        up(&project, &target, "head");
        assert_eq!(tables(&target), TABLES, "{}", target.name);
        assert_eq!(foreign_keys(&target), "1", "{}", target.name);
        fill(&target);
        let before = counts(&target);
        verified(&project, &target);
        down(&project, &target, "root");
        assert_eq!(tables(&target), [""; 0], "{}", target.name);
        up(&project, &target, "head");
        assert_eq!(counts(&target), before, "{}", target.name);
        assert!(is_at_head(&project, &target), "{}", target.name);
        verified(&project, &target);
    }
}

#[test]
fn indexes_arrive_beside_rows_and_leave_them_alone() {
    for target in targets::all() {
        let project = recorded("events");
        up(&project, &target, "0001-initial-schema");
        fill(&target);
        let before = counts(&target);
        for _ in 0..2 {
            let sql = project.strat(["plan", "--sql", "--target", &target.url]).ok();
            assert!(PERFORMANCE.iter().all(|index| sql.contains(index)), "{}: {sql}", target.name);
            if target.kind == Kind::Postgres {
                assert_eq!(sql.matches("CONCURRENTLY").count(), 3, "{sql}");
            }
            up(&project, &target, "head");
            assert!(PERFORMANCE.iter().all(|index| has_index(&target, index)), "{}", target.name);
            // Nothing is lost, so that nothing has to be accepted.
            project.strat(["down", "-1", "--target", &target.url]).ok();
            assert!(!PERFORMANCE.iter().any(|index| has_index(&target, index)), "{}", target.name);
            assert_eq!(counts(&target), before, "{}", target.name);
        }
        verified(&project, &target);
    }
}

#[test]
fn keys_and_defaults_mean_what_they_say() {
    for target in targets::all() {
        let project = recorded("events");
        up(&project, &target, "head");
        fill(&target);
        assert_eq!(
            target.sql("SELECT id, action FROM audit_logs ORDER BY id"),
            [["1", "login"], ["2", "logout"]]
        );
        assert_eq!(
            target.sql("SELECT plan_type, role FROM organizations o JOIN users u ON u.org_id = o.org_id WHERE o.org_id = 'o1'"),
            [["free", "viewer"]],
            "{}",
            target.name
        );
        let twice = "INSERT INTO daily_model_agg (date, org_id, provider, model) VALUES ('2025-01-10', 'o1', 'p', 'm')";
        assert!(strict(&target, twice).is_err(), "{}: a composite key", target.name);
        assert!(
            strict(&target, "INSERT INTO users (user_id, email) VALUES ('u3', 'u1@example.com')").is_err()
        );
        strict(&target, "DELETE FROM organizations WHERE org_id = 'o1'").unwrap();
        assert_eq!(target.value("SELECT count(*) FROM users"), "1", "{}", target.name);
    }
}

#[test]
fn a_day_of_an_organisation_is_summed_up() {
    for target in targets::all() {
        let project = recorded("events");
        let folder = root().join("tests/workflows/daily");
        let runner = std::fs::read(root().join("data-scripts/sdk/javascript/runner/runner.wasm")).unwrap();
        for name in ["utc-day", "daily-org"] {
            let text = std::fs::read_to_string(folder.join(format!("{name}.js"))).unwrap();
            project
                .write(format!("data-scripts/{name}/{name}.wasm"), sandbox::carry(&runner, &text).unwrap());
        }
        let draft = "0003-daily-by-org";
        let text = std::fs::read(folder.join(format!("{draft}.ron"))).unwrap();
        project.write(format!("migrations/{draft}.ron"), text);
        project.strat(["record"]).ok();
        up(&project, &target, "0002-performance-indexes");
        let stamp = |day: &str| match target.kind {
            Kind::Mysql => format!("{day} 23:59:59"),
            Kind::Sqlite | Kind::Postgres => format!("{day}T23:59:59Z"),
        };
        let events: Vec<String> = (0..90)
            .map(|n| {
                let day = stamp(["2025-01-09", "2025-01-10", "1969-12-31"][n % 3]);
                format!("('e{n:03}', 'o{}', 'u1', 'p', {}.5, 0.25, 0.125, '{day}')", n % 2, n)
            })
            .collect();
        let columns = "id, org_id, user_id, provider, kwh, water_l, co2_kg, ts";
        strict(&target, &format!("INSERT INTO events_enriched ({columns}) VALUES {}", events.join(", ")))
            .unwrap();
        let plan = project.strat(["plan", "--target", &target.url]).ok();
        assert!(plan.contains("aggregate events_enriched into daily_org_agg by daily-org"), "{plan}");
        assert!(!plan.contains("H203"), "{}: {plan}", target.name);
        up(&project, &target, "head");
        let sums = "SELECT date, org_id, call_count, kwh * 2, water_l * 100, co2_kg * 1000 FROM daily_org_agg ORDER BY date, org_id";
        let sums: Vec<Vec<String>> = target
            .sql(sums)
            .into_iter()
            .map(|row| row.into_iter().map(|cell| cell.trim_end_matches(".0").to_owned()).collect())
            .collect();
        // Of each day 30 events, every second one of another organisation; kwh of the first: 2.5 + 8.5 + … + 86.5.
        assert_eq!(sums.len(), 6, "{}: {sums:?}", target.name);
        assert_eq!(sums[0], ["1969-12-31", "o0", "15", "1335", "375", "1875"], "{}", target.name);
        assert!(sums.iter().all(|row| row[2] == "15"), "{sums:?}");
        verified(&project, &target);
        down(&project, &target, "-1");
        assert_eq!(target.value("SELECT count(*) FROM daily_org_agg"), "0", "{}", target.name);
        up(&project, &target, "head");
        assert_eq!(target.value("SELECT count(*) FROM daily_org_agg"), "6", "{}", target.name);
    }
}
