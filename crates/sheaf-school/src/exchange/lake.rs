//! What an export into a lake of many schools needs of this one.

use std::collections::BTreeSet;

use sheaf_analytics::Scope;
use sheaf_charter::SpaceKind;
use zeroize::Zeroizing;

use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::school::School;

/// Under which name the key of the pseudonyms is kept. It is drawn at the first export and never
/// leaves the home.
const KEY: &str = "lake-key";

/// The school as a lake takes it.
pub struct LakeSource {
    /// Its columns, and today.
    pub scope: Scope,
    /// Its id.
    pub id: String,
    /// The spaces of the whole pastoral team; what belongs to smaller circles stays out of lakes.
    pub spaces: BTreeSet<String>,
    /// The key of its pseudonyms.
    pub key: Zeroizing<[u8; 32]>,
    /// Whether it is an invented school.
    pub is_invented: bool,
}

impl School {
    /// The school as a lake takes it.
    ///
    /// # Errors
    /// The records cannot be read, or the key can be neither read nor kept.
    pub fn lake_source(&self) -> Result<LakeSource> {
        self.core.refresh()?;
        let snapshot = self.core.columns.snapshot(&self.core)?;
        Ok(LakeSource {
            scope: Scope::new(snapshot, self.clock.today()),
            id: self.id(),
            spaces: self.pastoral_spaces(),
            key: self.lake_key()?,
            is_invented: self.core.is_demo(),
        })
    }

    /// The names of the pastoral spaces that no other space shares.
    fn pastoral_spaces(&self) -> BTreeSet<String> {
        let control = self.core.control();
        let spaces = control.chosen_spaces(self.person());
        let (pastoral, others): (Vec<_>, Vec<_>) = spaces
            .into_iter()
            .partition(|space| control.trust.space_kind(*space) == Some(SpaceKind::Pastoral));
        let others: BTreeSet<String> =
            others.into_iter().map(|space| control.space_name(space)).collect();
        let names = pastoral.into_iter().map(|space| control.space_name(space));
        names.filter(|name| !others.contains(name)).collect()
    }

    fn lake_key(&self) -> Result<Zeroizing<[u8; 32]>> {
        let kept = self
            .core
            .store
            .read(|snapshot| Ok::<_, SchoolError>(snapshot.setting(KEY)?.map(Zeroizing::new)))?;
        if let Some(kept) = kept {
            let key = <[u8; 32]>::try_from(kept.as_slice()).map_err(|_| {
                SchoolError::Refused("the key of this school's lakes is damaged".to_owned())
            })?;
            return Ok(Zeroizing::new(key));
        }
        let key = Zeroizing::new(entropy::bytes::<32>());
        self.core.store.write(|txn| Ok::<_, SchoolError>(txn.put_setting(KEY, key.as_slice())?))?;
        Ok(key)
    }
}
