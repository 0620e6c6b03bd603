//! The form of a backup, frozen, and everything that is not it.

use expect_test::expect;

use super::*;
use crate::tests::testing::rng;

const KEY: [u8; 32] = [7; 32];
const COST: Argon2Cost = Argon2Cost::LEAST;

fn head() -> BackupHead {
    BackupHead::new(BackupKind::School, COST, [3; 16], &KEY, &mut rng(1))
}

fn sealed(chunks: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut sealer = head().chunks(&KEY).unwrap();
    let last = chunks.len() - 1;
    let place = |index| if index == last { ChunkPlace::Last } else { ChunkPlace::Before };
    let seal = |(index, chunk): (usize, &&[u8])| sealer.seal(chunk, place(index)).unwrap();
    chunks.iter().enumerate().map(seal).collect()
}

/// How many of these chunks open one after the other, the last one as the last.
fn opens(chunks: &[Vec<u8>]) -> usize {
    let mut opener = head().chunks(&KEY).unwrap();
    let last = chunks.len().saturating_sub(1);
    let place = |index| if index == last { ChunkPlace::Last } else { ChunkPlace::Before };
    let open = |(index, chunk): (usize, &Vec<u8>)| opener.open(chunk, place(index));
    chunks.iter().enumerate().map_while(open).count()
}

/// Backups that were made stay readable: these bytes never change.
#[test]
fn the_form_is_frozen() {
    let bytes = head().to_bytes();
    assert_eq!(bytes.len(), BACKUP_HEAD_BYTES);
    assert_eq!(BackupHead::from_bytes(&bytes).unwrap(), head());
    let mut lines = Vec::new();
    for part in std::iter::once(bytes).chain(sealed(&[b"first", b"second", b""])) {
        let text = data_encoding::HEXLOWER.encode(&part);
        lines.extend(text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into()));
    }
    let lines: Vec<String> = lines;
    expect![[r#"
        534845414642414b010000004c00000000020000000103030303030303030303
        0303030303039a3744504560639ec670b7a17d492b273e077bacdd4235580f66
        41dfa9a7dfd3baea3cdf348ef154167880a5e423b389eb319c
        958ec26b773c95e74ac86dcc68605d0a8b3d96c5c9
        a550e34d7ce47b96b7ae78ae744bb11b8a38c91a6006
        c6f422ff29729200365890a523224673"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn chunks_open_in_their_places_alone() {
    let good = sealed(&[b"one", b"two", b"three"]);
    assert_eq!(opens(&good), 3);
    // Shortened at the end of a chunk, and within one.
    assert_eq!(opens(&good[..2]), 1);
    assert_eq!(opens(&good[..1]), 0);
    let mut cut = good.clone();
    cut[2].pop();
    assert_eq!(opens(&cut), 2);
    // Moved, doubled, lengthened.
    let moved = [1, 0, 2].map(|index: usize| good[index].clone());
    assert_eq!(opens(&moved), 0);
    let doubled = [0, 0, 1, 2].map(|index: usize| good[index].clone());
    assert_eq!(opens(&doubled), 1);
    let longer = [0, 1, 2, 2].map(|index: usize| good[index].clone());
    assert_eq!(opens(&longer), 2);
    for (chunk, sealed) in good.iter().enumerate() {
        for bit in 0..sealed.len() * 8 {
            let mut flipped = good.clone();
            flipped[chunk][bit / 8] ^= 1 << (bit % 8);
            assert_eq!(opens(&flipped), chunk, "bit {bit} of chunk {chunk}");
        }
    }
}

#[test]
fn a_changed_head_is_refused_and_another_s_chunks_do_not_open() {
    let bytes = head().to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let refused = BackupHead::from_bytes(&flipped).unwrap_err();
        let expected = match (bit / 8, flipped[8]) {
            (0..8, _) => CharterError::NotABackup,
            (8, found) if found > BACKUP_VERSION => {
                CharterError::NewerBackup { found, known: BACKUP_VERSION }
            }
            _ => CharterError::DamagedBackupHead,
        };
        assert_eq!(refused, expected, "bit {bit}");
    }
    for length in 0..bytes.len() {
        assert!(BackupHead::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    let other = BackupHead::new(BackupKind::School, COST, [4; 16], &KEY, &mut rng(1));
    let mut opener = other.chunks(&KEY).unwrap();
    assert!(opener.open(&sealed(&[b"one"])[0], ChunkPlace::Last).is_none());
    assert!(head().chunks(&[8; 32]).is_none(), "another passphrase");
}

/// What a reader of this version says of a backup that a later one has made, whatever that holds.
#[test]
fn an_older_reader_refuses_a_newer_version_by_its_number() {
    let mut bytes = b"SHEAFBAK\x02".to_vec();
    let newer = CharterError::NewerBackup { found: 2, known: 1 };
    assert_eq!(BackupHead::from_bytes(&bytes), Err(newer.clone()));
    bytes.extend([0xff; 300]);
    assert_eq!(BackupHead::from_bytes(&bytes), Err(newer.clone()));
    expect!["this backup has format 2, this version of Sheaf knows 1; update Sheaf"]
        .assert_eq(&newer.to_string());
}

/// A head that asks for more than any backup was made with would only hold the machine up.
#[test]
fn a_cost_beyond_the_most_is_refused_unpaid() {
    for cost in [
        Argon2Cost { memory_kib: Argon2Cost::MOST_MEMORY_KIB + 1, ..COST },
        Argon2Cost { passes: Argon2Cost::MOST_PASSES + 1, ..COST },
    ] {
        let dear = BackupHead { cost, ..head() };
        let refused = BackupHead::from_bytes(&dear.to_bytes()).unwrap_err();
        assert_eq!(refused, CharterError::DamagedBackupHead);
    }
}
