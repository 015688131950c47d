//! Which ends of a run are no fault, each with its reason.

use model::route::RouteError;
use stratigraph_engine::{
    PrepareError,
    apply::ApplyError,
    data::DataError,
    driver::{Class, DriverError},
    journal::JournalError,
    lease::LeaseError,
};

use super::world::travel::Stop;

/// What a run met.
#[derive(Clone, Copy, Debug, Default)]
pub struct Met {
    /// There are rows that the application wrote.
    pub rows: bool,
    /// The target was in the middle of an entry when it began.
    pub middle: bool,
    /// Its connection was lost on purpose.
    pub outage: bool,
    /// Another run was at work.
    pub company: bool,
    /// Somebody's lease hadn't run out.
    pub leased: bool,
    /// What is wanted can't be folded together.
    pub clash: bool,
}

/// Why it is no fault that a run stopped so, in a word; nothing where it is one.
pub fn excuse(stop: &Stop, met: Met) -> Option<&'static str> {
    match stop {
        Stop::Lossy(_) => Some("lossy"),
        Stop::Unplanned(error) => unplanned(error, met),
        Stop::Failed(error) => failed(error, met),
    }
}

fn unplanned(error: &PrepareError, met: Met) -> Option<&'static str> {
    match error {
        PrepareError::Route(RouteError::CantUndo { .. }) | PrepareError::Irreversible { .. } => {
            Some("no way back")
        }
        PrepareError::Plan(cause) if cause.to_string().contains(" can't ") => Some("no words for it"),
        PrepareError::Fold(_) | PrepareError::Route(RouteError::Fold(_)) if met.clash => Some("a clash"),
        PrepareError::CutOff(..) if met.middle => Some("in the middle of another"),
        PrepareError::Unmet { .. } | PrepareError::Misfit { .. } if met.rows => Some("rows in the way"),
        PrepareError::Drift(_) | PrepareError::NotApplied(_) if met.company => Some("another run"),
        PrepareError::CutOff(..) if met.company => Some("another run"),
        _ => None,
    }
}

fn busy(told: &str) -> bool {
    ["Busy", "Deadlock"].iter().any(|class| told.contains(class))
}

fn failed(error: &ApplyError, met: Met) -> Option<&'static str> {
    let told = format!("{error:?}");
    if met.outage && (told.contains("class: Unreachable") || matches!(error, ApplyError::NotCommitted { .. }))
    {
        return Some("cut off");
    }
    match error {
        ApplyError::Statement { cause, .. } => statement(cause, met),
        ApplyError::Check { .. } if met.rows => Some("rows in the way"),
        ApplyError::Data { cause, .. } => data(cause, met),
        ApplyError::CutOff { .. } if met.middle => Some("in the middle of another"),
        ApplyError::Lease(LeaseError::Held { .. }) if met.leased || met.company => Some("leased"),
        ApplyError::Lease(LeaseError::Lost) | ApplyError::Moved if met.company => Some("another run"),
        // The chain lets one of two in.
        ApplyError::Journal(JournalError::Driver(cause)) if met.company && cause.is_refusal() => {
            Some("another run")
        }
        _ if met.company && busy(&told) => Some("another run"),
        _ => None,
    }
}

fn statement(cause: &DriverError, met: Met) -> Option<&'static str> {
    match cause.class {
        Class::Constraint { .. } | Class::Data if met.rows => Some("rows in the way"),
        Class::Busy | Class::Deadlock if met.company => Some("another run"),
        _ => None,
    }
}

fn data(cause: &DataError, met: Met) -> Option<&'static str> {
    match cause {
        DataError::Driver(cause) => statement(cause, met),
        DataError::Row(_) if met.rows => Some("rows in the way"),
        DataError::Lease(_) if met.company => Some("another run"),
        _ if met.rows && format!("{cause:?}").contains("Constraint") => Some("rows in the way"),
        _ => None,
    }
}
