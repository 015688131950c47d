pub(crate) mod cases;
