//! Whether an entry stands: what the charter says of it, and where cuts lie in the chains of this
//! home.

use sheaf_charter::{Entry, EntryId, Header, SIGNATURE_BYTES, Tip, Trust};
use sheaf_replica::{Reason, Verdict};
use sheaf_store::Snapshot;

use crate::error::Result;

const HEADS_BACKWARDS: &str = "it names older heads than what it builds on";

const PAST_THE_CUT: &str = "its author was removed, or lost the right, before it was known here";
const BEFORE_THE_CUT: &str = "its author's log is cut at an entry that has not arrived";

/// What is to be said of an entry that arrives.
pub(crate) fn verdict(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    entry: &Entry,
    previous: Option<&Header>,
) -> Result<Verdict> {
    let (header, signature) = (entry.header(), entry.signature());
    let judged = trust.verdict(header, signature, entry.header_bytes());
    in_chain(snapshot, trust, header, entry.id(), previous, judged)
}

/// What is to be said of an entry that is here, its signature included; `bytes` is its header's
/// encoding.
pub(crate) fn verdict_here(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    header: &Header,
    signature: &[u8; SIGNATURE_BYTES],
    bytes: &[u8],
    previous: Option<&Header>,
) -> Result<Verdict> {
    let judged = trust.verdict(header, signature, bytes);
    let id = sheaf_charter::entry_id(bytes);
    Ok(as_it_was(in_chain(snapshot, trust, header, id, previous, judged)?))
}

/// What is to be said of an entry that was taken in and may stand otherwise now.
pub(crate) fn verdict_again(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    header: &Header,
    id: EntryId,
) -> Result<Verdict> {
    let judged = trust.verdict_again(header);
    Ok(as_it_was(in_chain(snapshot, trust, header, id, None, judged)?))
}

/// Nothing new of a removed device is taken in before a manager has cut its log; what is here
/// stands until then.
fn as_it_was(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Waits(missing) if missing.is_empty() => Verdict::Stands,
        other => other,
    }
}

fn in_chain(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    header: &Header,
    id: EntryId,
    previous: Option<&Header>,
    judged: sheaf_charter::Verdict,
) -> Result<Verdict> {
    let stands = match judged {
        sheaf_charter::Verdict::Stands => None,
        sheaf_charter::Verdict::StandsUpTo(tips) => past_a_cut(snapshot, header, id, &tips)?,
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
fn past_a_cut(
    snapshot: &Snapshot<'_>,
    header: &Header,
    id: EntryId,
    tips: &[Tip],
) -> Result<Option<&'static str>> {
    for tip in tips {
        if header.seq < tip.seq && !snapshot.holds(tip.entry)? {
            return Ok(Some(BEFORE_THE_CUT));
        }
        if !leads_to(snapshot, header, id, tip)? {
            return Ok(Some(PAST_THE_CUT));
        }
    }
    Ok(None)
}

/// Whether an entry is the one at which its log is cut, or lies before it in its chain.
fn leads_to(snapshot: &Snapshot<'_>, header: &Header, id: EntryId, tip: &Tip) -> Result<bool> {
    if header.seq >= tip.seq {
        return Ok(id == tip.entry);
    }
    // Usually the log never forked: then whatever is at a place before the tip leads to it.
    match snapshot.entries_at(header.lane, header.log, header.seq)?.as_slice() {
        [only] => return Ok(*only == id),
        [] => return Ok(false),
        _ => {}
    }
    let mut at = tip.entry;
    while let Some(here) = snapshot.header(at)? {
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
