//! Whether an entry stands: what the charter says of it, and where cuts lie in the chains here.

use sheaf_charter::{Entry, EntryId, Header, Lane, LogId, Signed, Tip, Trust};

use crate::intake::{Reason, Verdict};

const HEADS_BACKWARDS: &str = "it names older heads than what it builds on";
const PAST_THE_CUT: &str = "its author was removed, or lost the right, before it was known here";
const BEFORE_THE_CUT: &str = "its author's log is cut at an entry that has not arrived";

/// The chains of entries that are here.
pub trait Chains {
    /// Why reading failed.
    type Error;

    /// Whether an entry is here.
    fn holds(&self, id: EntryId) -> Result<bool, Self::Error>;

    /// The header of an entry that is here.
    fn header(&self, id: EntryId) -> Result<Option<Header>, Self::Error>;

    /// The entries at one place of a log: several where it forked.
    fn entries_at(&self, lane: Lane, log: LogId, seq: u64) -> Result<Vec<EntryId>, Self::Error>;
}

/// What is to be said of an entry that arrives: the verdict of a [`crate::Shelf`].
pub fn verdict<C: Chains>(
    chains: &C,
    trust: &Trust,
    entry: &Entry,
    previous: Option<&Header>,
) -> Result<Verdict, C::Error> {
    let judged = trust.verdict(entry.signed());
    in_chain(chains, trust, entry.header(), entry.id(), previous, judged)
}

/// The same of an entry on which one builds whose author is in: see
/// [`crate::Shelf::verdict_built_on`].
pub fn verdict_built_on<C: Chains>(
    chains: &C,
    trust: &Trust,
    entry: &Entry,
    previous: Option<&Header>,
) -> Result<Verdict, C::Error> {
    let judged = trust.verdict_built_on(entry.signed());
    in_chain(chains, trust, entry.header(), entry.id(), previous, judged)
}

/// What is to be said of an entry that is here, its signature included.
pub fn verdict_here<C: Chains>(
    chains: &C,
    trust: &Trust,
    signed: Signed<'_>,
    previous: Option<&Header>,
) -> Result<Verdict, C::Error> {
    let judged = trust.verdict(signed);
    let id = sheaf_charter::entry_id(signed.bytes);
    Ok(as_it_was(in_chain(chains, trust, signed.header, id, previous, judged)?))
}

/// What is to be said of an entry that was taken in and may stand otherwise now.
pub fn verdict_again<C: Chains>(
    chains: &C,
    trust: &Trust,
    header: &Header,
    id: EntryId,
) -> Result<Verdict, C::Error> {
    let judged = trust.verdict_again(header);
    Ok(as_it_was(in_chain(chains, trust, header, id, None, judged)?))
}

/// Nothing new of a removed device is taken in before a manager has cut its log; what is here
/// stands until then.
fn as_it_was(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Waits(missing) if missing.is_empty() => Verdict::Stands,
        other => other,
    }
}

fn in_chain<C: Chains>(
    chains: &C,
    trust: &Trust,
    header: &Header,
    id: EntryId,
    previous: Option<&Header>,
    judged: sheaf_charter::Verdict,
) -> Result<Verdict, C::Error> {
    let stands = match judged {
        sheaf_charter::Verdict::Stands => None,
        sheaf_charter::Verdict::StandsUpTo(tips) => past_a_cut(chains, header, id, &tips)?,
        sheaf_charter::Verdict::Waits(missing) => return Ok(Verdict::Waits(missing)),
        sheaf_charter::Verdict::Held(reason) => return Ok(Verdict::Held(held_words(reason))),
        sheaf_charter::Verdict::Refused(refusal) => {
            return Ok(Verdict::Refused(refusal_words(refusal)));
        }
    };
    if !previous.is_none_or(|before| trust.heads_advance(before, header)) {
        return Ok(Verdict::Refused(Reason::new(HEADS_BACKWARDS)));
    }
    Ok(stands.map_or(Verdict::Stands, |reason| Verdict::Held(Reason::new(reason))))
}

/// Why an entry does not stand beside cuts at these places of its log; none where it does.
fn past_a_cut<C: Chains>(
    chains: &C,
    header: &Header,
    id: EntryId,
    tips: &[Tip],
) -> Result<Option<&'static str>, C::Error> {
    for tip in tips {
        if header.seq < tip.seq && !chains.holds(tip.entry)? {
            return Ok(Some(BEFORE_THE_CUT));
        }
        if !leads_to(chains, header, id, tip)? {
            return Ok(Some(PAST_THE_CUT));
        }
    }
    Ok(None)
}

/// Whether an entry is the one at which its log is cut, or lies before it in its chain.
fn leads_to<C: Chains>(
    chains: &C,
    header: &Header,
    id: EntryId,
    tip: &Tip,
) -> Result<bool, C::Error> {
    if header.seq >= tip.seq {
        return Ok(id == tip.entry);
    }
    // Usually the log never forked: then whatever is at a place before the tip leads to it.
    match chains.entries_at(header.lane, header.log, header.seq)?.as_slice() {
        [only] => return Ok(*only == id),
        [] => return Ok(false),
        _ => {}
    }
    let mut at = tip.entry;
    while let Some(here) = chains.header(at)? {
        if here.seq == header.seq {
            return Ok(at == id);
        }
        at = here.previous;
    }
    Ok(false)
}

fn held_words(reason: sheaf_charter::HeldReason) -> Reason {
    use sheaf_charter::HeldReason as Held;
    Reason::new(match reason {
        Held::NeedsNewerVersion => "it needs a newer version of Sheaf; update this device",
        Held::NotAllowed => "the author's role does not allow it",
        Held::NotAMember => "the author was not a member of the space",
        Held::DeviceNotTrusted => "the author's device is not trusted",
        Held::Contradicts => "it contradicts what its author knew",
        Held::PastTheCut => PAST_THE_CUT,
        Held::Removed => "its author's device was removed",
        Held::Overruled => "a stronger act overrules what it depends on",
        Held::UnknownEpoch => "it is sealed under a key that the space does not know",
        _ => "the charter does not let it stand",
    })
}

fn refusal_words(refusal: sheaf_charter::Refusal) -> Reason {
    use sheaf_charter::Refusal;
    Reason::new(match refusal {
        Refusal::WrongSchool => "it belongs to another school",
        Refusal::UnknownAuthor => "it is by no device that the school knows",
        Refusal::BadSignature => "its signature does not fit",
        Refusal::BadCertificate => "a device certificate in it is not valid",
        Refusal::BrokenChain => "it does not continue its log",
        Refusal::HeadsBackwards => HEADS_BACKWARDS,
        _ => "it is not well formed",
    })
}
