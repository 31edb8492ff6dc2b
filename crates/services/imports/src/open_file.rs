use crate::reading::{Input, Opened, open};
use crate::{ImportJob, ImportOptions, Imports, ImportsError};

impl Imports {
    /// The raw file of an import. A text is read while it comes out of the store.
    pub(crate) async fn input(&self, job: &ImportJob) -> Result<Input, ImportsError> {
        let key = job.file_key.as_deref().ok_or(ImportsError::FileGone)?;
        if !self.files.exists(key).await? {
            return Err(ImportsError::FileGone);
        }
        let bytes = Box::new(self.files.reader(key, 0).await?);
        Ok(Input::Stream { name: job.file_name.clone(), bytes })
    }

    /// The same with its head read.
    pub(crate) async fn open_file(
        &self,
        job: &ImportJob,
        options: &ImportOptions,
    ) -> Result<Opened, ImportsError> {
        Ok(open(self.input(job).await?, options.reading()).await?)
    }
}
