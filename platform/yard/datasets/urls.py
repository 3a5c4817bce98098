"""Addresses of data sets, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets import api, api_imports
from yard.datasets.conversions import api as conversions
from yard.datasets.doctor import api as doctor_api
from yard.datasets.editing import api as editing
from yard.datasets.editing import api_images as many_images
from yard.datasets.exports import api as exports
from yard.datasets.gallery import api as gallery
from yard.datasets.imports import api as imports_api
from yard.datasets.splits import api as splits
from yard.datasets.statistics import api as statistics
from yard.datasets.versions import api as api_versions
from yard.datasets.versions import api_data

_ONE = "datasets/<int:dataset_id>/"
_IMAGE = f"{_ONE}images/<int:image_id>/"
_SPLIT = f"{_ONE}splits/<int:split_id>/"
_VERSION = f"{_ONE}versions/<int:number>/"
_DATUM = f"{_VERSION}data/<int:index>/"

urlpatterns = [
    path("datasets/", api.DatasetListApi.as_view(), name="dataset-list"),
    path(_ONE, api.DatasetDetailApi.as_view(), name="dataset-detail"),
    path(f"{_ONE}images/", api.ImageListApi.as_view(), name="dataset-image-list"),
    path(f"{_ONE}facets/", gallery.FacetsApi.as_view(), name="dataset-facets"),
    path(f"{_ONE}gallery/", gallery.GalleryApi.as_view(), name="dataset-gallery"),
    path(_IMAGE, gallery.ImageDetailApi.as_view(), name="dataset-image-detail"),
    path(f"{_IMAGE}place/", gallery.ImagePlaceApi.as_view(), name="dataset-image-place"),
    path(f"{_IMAGE}annotations/", editing.ImageAnnotationsApi.as_view(), name="dataset-image-annotations"),
    path(f"{_ONE}images/delete/", many_images.ImagesDeleteApi.as_view(), name="dataset-images-delete"),
    path(f"{_ONE}images/part/", many_images.ImagesPartApi.as_view(), name="dataset-images-part"),
    path(f"{_ONE}images/tag/", many_images.ImagesTagApi.as_view(), name="dataset-images-tag"),
    path(f"{_ONE}labels/", editing.LabelListApi.as_view(), name="dataset-label-list"),
    path(f"{_ONE}labels/<int:label_id>/", editing.LabelDetailApi.as_view(), name="dataset-label-detail"),
    path(f"{_ONE}statistics/", statistics.StatisticsApi.as_view(), name="dataset-statistics"),
    path(f"{_IMAGE}content/", api.ImageContentApi.as_view(), name="dataset-image-content"),
    path(f"{_IMAGE}thumbnail/", api.ImageThumbnailApi.as_view(), name="dataset-image-thumbnail"),
    path(f"{_ONE}annotations/", api.AnnotationsApi.as_view(), name="dataset-annotations"),
    path(f"{_ONE}download/", api.DatasetDownloadApi.as_view(), name="dataset-download"),
    path(f"{_ONE}splits/", splits.SplitListApi.as_view(), name="dataset-split-list"),
    path(f"{_ONE}splits/preview/", splits.SplitPreviewApi.as_view(), name="dataset-split-preview"),
    path(_SPLIT, splits.SplitDetailApi.as_view(), name="dataset-split-detail"),
    path(f"{_SPLIT}members/", splits.SplitMembersApi.as_view(), name="dataset-split-members"),
    path(f"{_SPLIT}extend/", splits.SplitExtendApi.as_view(), name="dataset-split-extend"),
    path(f"{_SPLIT}lists/", splits.SplitListsApi.as_view(), name="dataset-split-lists"),
    path(f"{_SPLIT}leaks/", splits.SplitLeaksApi.as_view(), name="dataset-split-leaks"),
    path(f"{_ONE}comparing/", splits.ComparingApi.as_view(), name="dataset-comparing"),
    path(f"{_ONE}examine/", doctor_api.ExaminationApi.as_view(), name="dataset-examination"),
    path(f"{_ONE}examine/cancel/", doctor_api.ExaminationCancelApi.as_view(), name="dataset-examination-cancel"),
    path(f"{_ONE}findings/", doctor_api.FindingListApi.as_view(), name="dataset-finding-list"),
    path(f"{_ONE}findings/intended/", doctor_api.FindingsIntendedApi.as_view(), name="dataset-findings-intended"),
    path(f"{_ONE}repairs/", doctor_api.RepairListApi.as_view(), name="dataset-repair-list"),
    path(f"{_ONE}repairs/preview/", doctor_api.RepairPreviewApi.as_view(), name="dataset-repair-preview"),
    path(f"{_ONE}repairs/<int:repair_id>/", doctor_api.RepairDetailApi.as_view(), name="dataset-repair-detail"),
    path(f"{_ONE}repairs/<int:repair_id>/undo/", doctor_api.RepairUndoApi.as_view(), name="dataset-repair-undo"),
    # Without a slash at the end, as the train-container contract has them.
    path("datasets/convert/formats", exports.FormatListApi.as_view(), name="dataset-convert-formats"),
    path("datasets/convert/<str:source>/<str:target>", conversions.ConvertNowApi.as_view(), name="dataset-convert"),
    path("conversions/", conversions.ConversionListApi.as_view(), name="conversion-list"),
    path("conversions/<int:conversion_id>/", conversions.ConversionDetailApi.as_view(), name="conversion-detail"),
    path(
        "conversions/<int:conversion_id>/content/",
        conversions.ConversionContentApi.as_view(),
        name="conversion-content",
    ),
    path(
        "conversions/<int:conversion_id>/result/", conversions.ConversionResultApi.as_view(), name="conversion-result"
    ),
    path("datasets/formats/", exports.FormatListApi.as_view(), name="dataset-format-list"),
    path(f"{_ONE}export/", exports.DatasetExportApi.as_view(), name="dataset-export"),
    path(f"{_ONE}export/report/", exports.DatasetExportReportApi.as_view(), name="dataset-export-report"),
    path(f"{_VERSION}export/", exports.VersionExportApi.as_view(), name="dataset-version-export"),
    path(f"{_VERSION}export/report/", exports.VersionExportReportApi.as_view(), name="dataset-version-export-report"),
    path(f"{_ONE}archive/", api_versions.DatasetArchiveApi.as_view(), name="dataset-archive"),
    path(f"{_ONE}unarchive/", api_versions.DatasetUnarchiveApi.as_view(), name="dataset-unarchive"),
    path(f"{_ONE}restores/", api_versions.RestoreListApi.as_view(), name="dataset-restore-list"),
    path(f"{_ONE}restores/<int:restore_id>/", api_versions.RestoreDetailApi.as_view(), name="dataset-restore-detail"),
    path(f"{_ONE}versions/", api_versions.VersionListApi.as_view(), name="dataset-version-list"),
    path(_VERSION, api_versions.VersionDetailApi.as_view(), name="dataset-version-detail"),
    path(f"{_VERSION}archive/", api_versions.VersionArchiveApi.as_view(), name="dataset-version-archive"),
    path(f"{_VERSION}unarchive/", api_versions.VersionUnarchiveApi.as_view(), name="dataset-version-unarchive"),
    path(f"{_VERSION}download/", api_versions.VersionDownloadApi.as_view(), name="dataset-version-download"),
    path(f"{_VERSION}restore/", api_versions.VersionRestoreApi.as_view(), name="dataset-version-restore"),
    path(f"{_VERSION}annotations/", api_data.VersionAnnotationsApi.as_view(), name="dataset-version-annotations"),
    path(f"{_VERSION}manifest/", api_data.VersionManifestApi.as_view(), name="dataset-version-manifest"),
    path(f"{_VERSION}records/", api_data.VersionRecordsApi.as_view(), name="dataset-version-records"),
    path(f"{_VERSION}labels/", api_data.VersionLabelsApi.as_view(), name="dataset-version-labels"),
    path(f"{_VERSION}data/", api_data.DataListApi.as_view(), name="dataset-version-data"),
    path(_DATUM, api_data.DatumApi.as_view(), name="dataset-version-datum"),
    path(f"{_DATUM}content/", api_data.DatumContentApi.as_view(), name="dataset-version-datum-content"),
    path(f"{_DATUM}thumbnail/", api_data.DatumThumbnailApi.as_view(), name="dataset-version-datum-thumbnail"),
    path(f"{_VERSION}compare/", api_data.CompareApi.as_view(), name="dataset-version-compare"),
    path(f"{_VERSION}compare/images/", api_data.ChangedImagesApi.as_view(), name="dataset-version-changed"),
    path(f"{_ONE}imports/", api_imports.ImportListApi.as_view(), name="dataset-import-list"),
    path("imports/<int:import_id>/", api_imports.ImportDetailApi.as_view(), name="import-detail"),
    path("imports/<int:import_id>/start/", api_imports.ImportStartApi.as_view(), name="import-start"),
    path("imports/<int:import_id>/cancel/", api_imports.ImportCancelApi.as_view(), name="import-cancel"),
    path(f"{_ONE}imports/bucket/", imports_api.BucketImportApi.as_view(), name="dataset-import-bucket"),
    path(f"{_ONE}saved-buckets/", imports_api.SavedBucketsApi.as_view(), name="dataset-saved-buckets"),
    path("imports/<int:import_id>/conflicts/", imports_api.ConflictListApi.as_view(), name="import-conflict-list"),
    path(
        "imports/<int:import_id>/conflicts/<int:conflict_id>/thumbnail/",
        imports_api.ConflictThumbnailApi.as_view(),
        name="import-conflict-thumbnail",
    ),
    path("imports/<int:import_id>/answers/", imports_api.AnswersApi.as_view(), name="import-answers"),
    path("imports/<int:import_id>/uploads/", api_imports.UploadCreateApi.as_view(), name="import-upload-create"),
    path("uploads/<uuid:upload_id>/", api_imports.UploadDetailApi.as_view(), name="upload-detail"),
]
