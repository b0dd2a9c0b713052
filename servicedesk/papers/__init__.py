"""A month's report as files: PDF, XLSX, CSV in the language of its reader. Rights are those of `reports.access`."""
