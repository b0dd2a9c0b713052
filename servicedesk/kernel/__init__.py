"""The ground floor: database, transaction, events, stamp, errors, paging. It knows no subject."""
