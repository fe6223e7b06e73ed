"""Where files are fetched."""

from django.urls import path

from kepu.foundation.files import views

app_name = "files"
urlpatterns = [path("files/<uuid:pk>/", views.download, name="download")]
