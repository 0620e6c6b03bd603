//! Deleting a home.

use std::fs;
use std::io::Write;

use crate::files::{at, open_private};
use crate::{Home, Result};

impl Home {
    /// Deletes the home: first the sealed keys, overwritten, without which nothing else in it can
    /// be read; then all files in the folder, and the folder.
    pub fn wipe(self) -> Result<()> {
        for name in Self::KEY_FILES {
            let path = self.dir().join(name);
            let Ok(length) = fs::metadata(&path).map(|file| file.len()) else { continue };
            let mut file = open_private(&path)?;
            let zeros = vec![0; usize::try_from(length).unwrap_or_default()];
            file.write_all(&zeros).and_then(|()| file.sync_all()).map_err(at(&path))?;
            fs::remove_file(&path).map_err(at(&path))?;
        }
        fs::remove_dir_all(self.dir()).map_err(at(self.dir()))
    }
}
