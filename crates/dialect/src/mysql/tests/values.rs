//! Values on their way to the server: in batches, and as literals.

use model::{Literal, Type};

use super::{
    super::{batch, types},
    before, n,
};
use crate::BatchShape;

#[test]
fn batches_cast_every_row() {
    let schema = before();
    let (key, columns) = (vec![n(2)], vec![n(3)]);
    let shape = BatchShape {
        table: schema.table(n(1)).unwrap(),
        schema: &schema,
        key: &key,
        columns: &columns,
        versions: crate::Versions::Unheeded,
    };
    assert_eq!(
        batch::update(&shape, 2).sql,
        "UPDATE `posts` AS t JOIN (SELECT CAST(? AS SIGNED) AS k1, CAST(? AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin \
         AS v1 UNION ALL SELECT CAST(? AS SIGNED), CAST(? AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin) AS u \
         ON t.`id` = u.k1 SET t.`title` = u.v1"
    );
    assert_eq!(batch::insert(&shape, 2).sql, "INSERT INTO `posts` (`id`, `title`) VALUES (?, ?), (?, ?)");
    assert_eq!((batch::rows(2), batch::rows(100), batch::rows(100_000)), (1_000, 655, 1));
}

#[test]
fn literals_are_what_the_column_stores() {
    let text = |text: &str| Literal::Text(text.to_owned());
    assert_eq!(types::literal(&text("a\\'b"), &Type::Text), "'a\\\\''b'");
    assert_eq!(types::literal(&text("BE00"), &Type::Bytes), "x'be00'");
    assert_eq!(types::literal(&text("2024-01-02T03:04:05Z"), &Type::TimestampTz), "'2024-01-02 03:04:05'");
    assert_eq!(types::literal(&text("1.50"), &Type::Decimal(5, 2)), "1.50");
    assert_eq!(types::literal(&Literal::Bool(true), &Type::Bool), "1");
}
