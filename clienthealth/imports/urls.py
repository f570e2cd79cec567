"""Files in: history, uploads, undo, names, and what is left to do afterwards."""

from django.urls import path

from clienthealth.imports.views import figures, history, names, unassigned, uploads

app_name = "imports"
urlpatterns = [
    path("imports/", history.imports, name="imports"),
    path("imports/<int:pk>/", history.import_, name="import"),
    path("imports/<int:pk>/undo/", history.undo, name="undo"),
    path("imports/<int:pk>/undo/retry/", history.undo_retry, name="undo_retry"),
    path("imports/upload/", uploads.upload, name="upload"),
    path("imports/uploads/<int:pk>/", uploads.upload_detail, name="upload_detail"),
    path("imports/uploads/<int:pk>/discard/", uploads.upload_discard, name="upload_discard"),
    path("imports/uploads/<int:pk>/retry/", uploads.upload_retry, name="upload_retry"),
    path("imports/uploads/<int:pk>/rejected.csv", uploads.upload_rejected, name="upload_rejected"),
    path("imports/names/", names.names, name="names"),
    path("imports/names/<int:pk>/", names.name_edit, name="name_edit"),
    path("imports/names/<int:pk>/delete/", names.name_delete, name="name_delete"),
    path("imports/unassigned/", unassigned.unassigned_projects, name="unassigned"),
    path("imports/unassigned/<int:pk>/back/", unassigned.assignment_back, name="assignment_back"),
    path("imports/figures/", figures.figures, name="figures"),
]
