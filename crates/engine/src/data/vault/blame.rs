//! Which of the rows that were kept the database won't take back: found by putting ever smaller parts of the batch back and rolling them
//! back, so that whoever has to mend something knows where.

use super::{KeptRow, Vault, restore::WayBack};
use crate::{
    apply::Run,
    data::{DataError, columns::print_key, refuse::first_refused},
    journal::Restored,
};

impl Run<'_> {
    /// After the database refused a batch: rolls it back, and names the first row that it refuses when those before it are back.
    pub(super) async fn blame_row(
        &mut self,
        vault: &Vault,
        back: &WayBack<'_>,
        refusal: DataError,
    ) -> Result<DataError, DataError> {
        self.target.conn.rollback().await?;
        let rows = self.rows_of_batch(vault).await?;
        let tried = async |count| self.refusal_back(back, &rows[..count]).await;
        let Some((at, mut cause)) = first_refused(rows.len(), tried).await? else { return Ok(refusal) };
        if let DataError::PutBack { key, .. } = &mut cause {
            *key = Some(print_key(&back.named, &rows[at].key));
        }
        Ok(cause)
    }

    /// The rows that a batch puts back.
    async fn rows_of_batch(&mut self, vault: &Vault) -> Result<Vec<KeptRow>, DataError> {
        self.target.conn.begin().await?;
        let mut rows = Vec::new();
        while rows.len() < self.batch_back_rows() {
            let Some((block, kept)) = vault.last(&mut self.target.conn).await? else { break };
            rows.extend(kept);
            vault.drop_block(&mut self.target.conn, block).await?;
        }
        self.target.conn.rollback().await?;
        Ok(rows)
    }

    /// Why the database refuses these rows, if it does.
    async fn refusal_back(
        &mut self,
        back: &WayBack<'_>,
        rows: &[KeptRow],
    ) -> Result<Option<DataError>, DataError> {
        self.target.conn.begin().await?;
        let mut said = Ok(());
        for some in rows.chunks(back.at_once()) {
            said = self.rows_back(back, some.to_vec(), &mut Restored::default()).await;
            if said.is_err() {
                break;
            }
        }
        self.target.conn.rollback().await?;
        match said {
            Ok(()) => Ok(None),
            Err(refusal @ DataError::PutBack { .. }) => Ok(Some(refusal)),
            Err(other) => Err(other),
        }
    }
}
