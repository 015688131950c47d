//! Pages of memory, for a process that carries data steps out.

/// Has the system give no huge pages from here on. The allocator asks for them, and a batch that fills a corner of one then takes all of
/// its two megabytes: a backfill of a million rows took 107 to 151 MiB with them and 77 to 87 MiB without, in the same time.
///
/// Child processes inherit it, so it is for runs alone, and not for what starts a compiler or an editor.
#[cfg(target_os = "linux")]
pub fn keep_small() {
    // A kernel that doesn't know of it has none to give.
    rustix::thread::disable_transparent_huge_pages(true).ok();
}

/// Other systems aren't asked for huge pages.
#[cfg(not(target_os = "linux"))]
pub fn keep_small() {}
