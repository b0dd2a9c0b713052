"""The monthly internal-service report: figures, the closing of a month, the stored document."""
