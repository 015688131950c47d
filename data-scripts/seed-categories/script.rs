//! seed-categories: the rows of question_categories, out of the asset categories.csv (name;weight;description).

#[path = "../sdk/rust/strat.rs"]
mod strat;
mod uuid5;

strat::batch!(run, writes: [
    ("id", strat::UUID),
    ("name", strat::VARCHAR),
    ("description", strat::TEXT),
    ("weight", strat::INTEGER),
    ("display_order", strat::INTEGER),
    ("created_at", strat::TIMESTAMP_TZ),
    ("updated_at", strat::TIMESTAMP_TZ),
]);

/// 2025-01-10T00:00:00Z in microseconds: a guest has no clock, and a seed no other moment than the one it was written.
const WRITTEN: i64 = 1_736_467_200_000_000;

fn run(_input: &strat::Batch, out: &mut strat::Out) -> strat::Result {
    let csv = strat::asset("categories").ok_or("no asset called categories")?;
    let csv = String::from_utf8(csv).map_err(|_| "categories is not UTF-8")?;
    for (index, line) in csv.lines().skip(1).enumerate() {
        let mut cells = line.splitn(3, ';');
        let (name, weight, description) = match (cells.next(), cells.next(), cells.next()) {
            (Some(name), Some(weight), Some(description)) => (name, weight, description),
            _ => return Err(format!("line {} has not three cells", index + 2)),
        };
        let weight = weight.parse().map_err(|_| format!("line {}: {} is no weight", index + 2, weight))?;
        out.uuid("id", uuid5::uuid5(&format!("category/{}", name)));
        out.text("name", name);
        out.text("description", description);
        out.int("weight", weight);
        out.int("display_order", index as i64 + 1);
        out.int("created_at", WRITTEN);
        out.int("updated_at", WRITTEN);
        out.next();
    }
    Ok(())
}
