// The token every form of the page carries; requests that scripts make carry it too.
export const formToken = () => document.querySelector('input[name="csrf_token"]').value;
