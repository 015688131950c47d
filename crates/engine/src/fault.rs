//! Exit classes and hints of the engine's errors.

use model::{Class, Fault};

use crate::{
    apply::ApplyError,
    data::{DataError, open::ACCEPTED_BY},
    driver::{self, ConnectError, DriverError},
    guests::GuestsError,
    journal::JournalError,
    lease::LeaseError,
    target::TargetError,
    url::UrlError,
};

fn class_of(code: u8) -> Class {
    match code {
        1 => Class::Input,
        3 => Class::Decide,
        4 => Class::Drift,
        5 => Class::Pending,
        6 => Class::Unreachable,
        7 => Class::Integrity,
        8 => Class::Policy,
        _ => Class::Bug,
    }
}

impl Fault for UrlError {
    fn class(&self) -> Class {
        Class::Input
    }
    fn hint(&self) -> Option<String> {
        Some(UrlError::hint(self).to_owned())
    }
}

impl Fault for ConnectError {
    fn class(&self) -> Class {
        class_of(self.exit_code())
    }
    fn hint(&self) -> Option<String> {
        Some(ConnectError::hint(self).to_owned())
    }
}

impl Fault for DriverError {
    fn class(&self) -> Class {
        match self.class {
            driver::Class::Constraint { .. } | driver::Class::Data => Class::Decide,
            driver::Class::Busy
            | driver::Class::Deadlock
            | driver::Class::Unreachable
            | driver::Class::DiskFull
            | driver::Class::ReadOnly
            | driver::Class::Permission => Class::Unreachable,
            driver::Class::Syntax | driver::Class::Unsupported | driver::Class::Other => Class::Input,
        }
    }
    fn hint(&self) -> Option<String> {
        DriverError::hint(self).map(str::to_owned)
    }
}

impl Fault for JournalError {
    fn class(&self) -> Class {
        match self {
            JournalError::Driver(cause) => cause.class(),
            JournalError::Broken { .. } => Class::Integrity,
            JournalError::Newer { .. } => Class::Input,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            JournalError::Driver(cause) => Fault::hint(cause),
            JournalError::Broken { .. } => {
                Some("somebody changed this database's strat_journal table; restore it from a backup, nothing was done".to_owned())
            }
            JournalError::Newer { .. } => Some("update strat".to_owned()),
        }
    }
}

impl Fault for TargetError {
    fn class(&self) -> Class {
        match self {
            TargetError::Connect(cause) => Fault::class(cause),
            TargetError::Driver(cause) => Fault::class(cause),
            TargetError::Journal(cause) => cause.class(),
            TargetError::Vault(_) => Class::Integrity,
            TargetError::Catalog(_) | TargetError::NoDialect(_) => Class::Bug,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            TargetError::Connect(cause) => Fault::hint(cause),
            TargetError::Driver(cause) => Fault::hint(cause),
            TargetError::Journal(cause) => cause.hint(),
            TargetError::Vault(_) | TargetError::Catalog(_) | TargetError::NoDialect(_) => None,
        }
    }
}

impl Fault for LeaseError {
    fn class(&self) -> Class {
        match self {
            LeaseError::Over => Class::Pending,
            LeaseError::Driver(_) | LeaseError::Held { .. } | LeaseError::Lost => Class::Unreachable,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            LeaseError::Driver(cause) => Fault::hint(cause),
            LeaseError::Held { .. } => {
                Some("wait for the other run, or give more time with `--wait 5m`".to_owned())
            }
            LeaseError::Lost => Some("`strat status` shows where the target stands".to_owned()),
            LeaseError::Over => {
                Some("what is done is kept; `strat up` goes on, and can be joined again".to_owned())
            }
        }
    }
}

impl Fault for GuestsError {
    fn class(&self) -> Class {
        match self {
            GuestsError::Unsealed(_) | GuestsError::Guest { .. } => Class::Input,
            GuestsError::Blob { .. } => Class::Integrity,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            GuestsError::Unsealed(_) => None,
            GuestsError::Blob { .. } => {
                Some("`strat verify` names every broken file of the ledger".to_owned())
            }
            GuestsError::Guest { script, .. } => {
                Some(format!("`strat script test {script}` runs it on its cases"))
            }
        }
    }
}

impl Fault for DataError {
    fn class(&self) -> Class {
        match self {
            DataError::Driver(cause) => Fault::class(cause),
            DataError::Journal(cause) => cause.class(),
            DataError::Lease(cause) => cause.class(),
            DataError::Control(cause) => cause.class(),
            DataError::Session(cause) => cause.class(),
            DataError::Guests(cause) => cause.class(),
            DataError::Render(_) | DataError::NoSignal(_) => Class::Input,
            DataError::Row(_)
            | DataError::Guest { .. }
            | DataError::Rejected { .. }
            | DataError::Value { .. }
            | DataError::Refused { .. }
            | DataError::PutBack { .. }
            | DataError::Vanished { .. }
            | DataError::Overtaken { .. }
            | DataError::GroupTooLarge { .. }
            | DataError::LookupTooLarge { .. }
            | DataError::LookupChanged { .. } => Class::Decide,
            DataError::Progress(_) | DataError::Vault(_) => Class::Integrity,
            DataError::Interrupted { .. } | DataError::Paused { .. } | DataError::Long { .. } => {
                Class::Pending
            }
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            DataError::Driver(cause) => Fault::hint(cause),
            DataError::Journal(cause) => cause.hint(),
            DataError::Lease(cause) => cause.hint(),
            DataError::Control(cause) => cause.hint(),
            DataError::Session(cause) => cause.hint(),
            DataError::Guests(cause) => cause.hint(),
            DataError::Row(stopped) => Some(stopped.hint()),
            DataError::Guest { script, .. } | DataError::Value { script, .. } => Some(format!(
                "finished batches are kept; mend the rows or the script (`strat script test {script}`), then `strat up` goes on"
            )),
            DataError::Rejected { .. } | DataError::Refused { .. } => Some(
                "finished batches are kept; mend the row or the script, then `strat up` goes on; `strat up --set-aside KEY --reason TEXT` makes nothing of the row, on record".to_owned(),
            ),
            DataError::PutBack { .. } => Some(
                "finished batches are kept; mend the rows that stand in the way, then run the command again"
                    .to_owned(),
            ),
            DataError::NoSignal(_) => Some(
                "leave the option out, or say by --throttle-query what is to hold the step back; PostgreSQL: GRANT pg_monitor".to_owned(),
            ),
            DataError::GroupTooLarge { .. } => {
                Some("group by more columns, or leave rows out by `rows: Where(…)`".to_owned())
            }
            DataError::LookupTooLarge { .. } => {
                Some("name fewer columns or rows; what belongs to a row can be a column it reads".to_owned())
            }
            DataError::LookupChanged { lookup, .. } => Some(format!(
                "put the rows of {lookup} back as they were and `strat up` goes on, or `strat down` undoes what is done"
            )),
            DataError::Vanished { .. } | DataError::Overtaken { .. } | DataError::Interrupted { .. } | DataError::Long { .. } => {
                Some("`strat up` goes on".to_owned())
            }
            DataError::Paused { .. } => {
                Some("`strat backfill resume` lifts the pause, then `strat up` goes on".to_owned())
            }
            DataError::Render(_) | DataError::Progress(_) | DataError::Vault(_) => None,
        }
    }
}

impl Fault for ApplyError {
    fn class(&self) -> Class {
        match self {
            ApplyError::Target(cause) => cause.class(),
            ApplyError::Driver(cause) => Fault::class(cause),
            ApplyError::Statement { cause, .. } => Fault::class(cause.as_ref()),
            ApplyError::Journal(cause) => cause.class(),
            ApplyError::Control(cause) => cause.class(),
            ApplyError::Lease(cause) => cause.class(),
            ApplyError::Data { cause, .. } => cause.class(),
            ApplyError::Check { .. } | ApplyError::Unknown { .. } | ApplyError::Undeclared { .. } => {
                Class::Drift
            }
            ApplyError::Open { .. } => Class::Decide,
            ApplyError::Fold(cause) => cause.class(),
            ApplyError::CutOff { .. } => Class::Pending,
            ApplyError::NotCommitted { .. } | ApplyError::Moved => Class::Unreachable,
            ApplyError::Interrupted => Class::Pending,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            ApplyError::Target(cause) => cause.hint(),
            ApplyError::Driver(cause) => Fault::hint(cause),
            ApplyError::Journal(cause) => cause.hint(),
            ApplyError::Control(cause) => cause.hint(),
            ApplyError::Lease(cause) => cause.hint(),
            ApplyError::Data { cause, .. } => cause.hint(),
            ApplyError::Statement { sql, cause, .. } => {
                let todo = DriverError::hint(cause).map(|todo| format!("{todo}; ")).unwrap_or_default();
                Some(format!("{todo}the statement was: {}", driver::printable(sql)))
            }
            ApplyError::Check { .. } => None,
            ApplyError::Undeclared { .. } => {
                Some("name in `declares` what the SQL amounts to, in a new draft".to_owned())
            }
            ApplyError::Unknown { .. } => Some(
                "look at the database: finish or undo the statement by hand, then run strat again".to_owned(),
            ),
            ApplyError::Open { open, .. } => {
                let step = format!("{}#{}", open.at.entry.short(), open.at.step + 1);
                Some(format!(
                    "`strat backfill rejects` lists them; mend the rows, then `strat backfill retry {step}`, or `strat new --repairs {step}` where the script is wrong; `strat up --accept {ACCEPTED_BY}` goes on without them"
                ))
            }
            ApplyError::Fold(cause) => cause.hint(),
            ApplyError::CutOff { way, .. } => Some(format!("`strat {way}` goes on")),
            ApplyError::NotCommitted { .. } | ApplyError::Moved => Some("run the command again".to_owned()),
            ApplyError::Interrupted => Some("`strat up` goes on".to_owned()),
        }
    }
}
