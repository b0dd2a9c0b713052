// Starts the API pages on the document named by the page; Swagger UI itself is loaded before this.
const place = document.getElementById("api-docs");
window.SwaggerUIBundle({ url: place.dataset.openapi, domNode: place, deepLinking: true, validatorUrl: null });
