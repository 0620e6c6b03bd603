//! Every limit of sessions and intake, with its reason.

/// At most this many bytes in one frame. The largest entry (192 KiB of header, 512 KiB of sections
/// and their lengths) fits, so an entry is never split.
pub const MAX_FRAME_BYTES: usize = 1024 * 1024;
/// At most this many bytes of entries and sections sent and not yet taken in by the other side:
/// four frames keep a slow disk and a fast network both busy, and bound what waits in memory.
pub const WINDOW_BYTES: usize = 4 * MAX_FRAME_BYTES;
/// Entries are read and sent so many bytes at a time: one slice is on its way and another checked
/// while the one before is taken in, and the first arrives soon. A longer entry goes alone.
pub const MAX_SLICE_BYTES: usize = MAX_FRAME_BYTES / 4;
/// Frames of entries that have arrived one after the other are taken in together up to so many
/// bytes: each transaction writes most pages of the indexes by id, so that few cost the least, and
/// one of so much takes 50 ms, so that a save does not wait for long.
pub const MAX_BATCH_BYTES: usize = 2 * MAX_FRAME_BYTES;
/// Credit is handed back in pieces of this size, so that small frames do not answer small frames.
pub const CREDIT_STEP_BYTES: usize = MAX_FRAME_BYTES / 2;
/// At most this many lanes in one state: the charter, and control part and data of 256 spaces.
pub const MAX_LANES: usize = 513;
/// A hello says each of so many lanes; of more, a digest of all, and each of them only where that
/// differs: managers share a space with every colleague.
pub const MAX_WHOLE_LANES: usize = 16;
/// At most this many control parts that one side alone mentioned are remembered in a session. Two
/// honest devices have a few; a peer that keeps inventing some is shown the door.
pub const MAX_INTRODUCED: usize = 8 * MAX_LANES;
/// At most this many logs in one vector as it is written down, and in one frame: 60 devices with 64
/// incarnations each, twice over. Of more, a session says the vector in several frames.
pub const MAX_LOGS: usize = 8192;
/// At most this many bytes of vectors in one round, of all lanes together. The largest school (60
/// staff with 120 devices, after ten years) has half a megabyte in a lane even if each device has
/// opened all of its 64 logs, and 6 MB if all of them forked without end. No credit bounds them and
/// both sides say theirs before they listen: so many are on their way whether anybody reads or not.
pub const MAX_VECTOR_BYTES: usize = 8 * MAX_FRAME_BYTES;
/// At most this many branches of one log are named in a vector; of more, the furthest and a digest
/// of all. A log forks by accident once (a restored copy). More is usually the work of a hostile
/// device: it gains that its entries from the fork on are compared whole.
pub const MAX_NAMED_BRANCHES: usize = 16;
/// At most this many entries in one frame: the smallest entry has more than 256 bytes.
pub const MAX_ENTRIES: usize = MAX_FRAME_BYTES / 256;
/// At most this many section references in one frame, and so wants of one round.
pub const MAX_WANTS: usize = 1024;
/// At most this many ids offered or wanted in one frame.
pub const MAX_OFFERED: usize = 1024;
/// At most this many ids that wait to be offered or looked up; past it a new round is cheaper.
pub const MAX_OFFERS_WAITING: usize = 4 * MAX_OFFERED;
/// At most this many lanes whose differing content is narrowed down in one frame of 8 KiB a lane.
pub const MAX_NAMED_LANES: usize = 64;
/// At most this many rounds in a row without reaching an outcome. Two devices that both receive
/// new entries all the time need a few; a peer that never settles does not get more.
pub const MAX_ROUNDS: u32 = 32;
/// At most this many entries of one session refused before it is closed: an honest peer has
/// checked what it holds and sends none.
pub const MAX_REFUSED: usize = 64;
/// At most this many bytes of own new entries kept for pushing; past it they go by a round.
pub const MAX_PUSH_BYTES: usize = MAX_FRAME_BYTES;
/// At most this many entries wait outside for their predecessor or for control entries.
pub const MAX_WAITING_ENTRIES: usize = 1024;
/// At most this many bytes of entries wait outside.
pub const MAX_WAITING_BYTES: usize = 8 * 1024 * 1024;
/// At most this many documents in one file of a shared folder: they are named in it, so that a file
/// that still holds what was erased is found without reading all of it.
pub const MAX_PARCEL_DOCUMENTS: usize = 16 * 1024;
/// Entries of others are offered after at least this long, so that the author's own push, which
/// usually reaches everybody, is there first.
pub const MIN_OFFER_DELAY_MS: u64 = 150;
/// And after at most this long. Spread out, so that sixty devices do not offer at one moment.
pub const MAX_OFFER_DELAY_MS: u64 = 900;
/// At most this many entries in an appeal: more than a school with 60 devices writes into its
/// charter in ten years.
pub const MAX_APPEAL_ENTRIES: usize = 4096;
/// At most this many bytes in an appeal: more than such a charter has.
pub const MAX_APPEAL_BYTES: usize = 8 * 1024 * 1024;
