//! How it stands with the shared folders, for the doctor: whether each can be read, and what the
//! last look found in it.

use std::path::PathBuf;

use sheaf_net::doctor::{PlaceStands, SharedPlace};

use super::SharedFolder;
use crate::error::Result;
use crate::school::School;

impl School {
    /// How it stands with each shared folder that this device uses, and with those beside that a
    /// `serve` looks after.
    pub(crate) fn examine_folders(&self, served: &[PathBuf]) -> Result<Vec<SharedPlace>> {
        let mut folders = self.folders()?;
        let beside = served.iter().filter(|one| !folders.contains(one));
        let beside: Vec<PathBuf> = beside.cloned().collect();
        folders.extend(beside);
        folders.iter().map(|dir| SharedFolder::on_disk(self, dir).examine()).collect()
    }
}

impl SharedFolder {
    fn examine(&self) -> Result<SharedPlace> {
        let listed = self.check_no_home().and_then(|()| Ok(self.folder.list()?));
        let stands = match listed {
            Ok(listed) => {
                let (on_their_way, left) = self.not_whole_among(&listed)?;
                PlaceStands::There { files: listed.len(), on_their_way, left }
            }
            Err(error) => PlaceStands::Away { why: error.to_string() },
        };
        Ok(SharedPlace { place: self.folder.place(), stands })
    }
}
