// Generated from the OpenAPI schema by `npm run schema`. Never edited by hand.
export interface paths {
    "/api/v1/auth/password/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Change one's password. Other sessions of the user end; this one stays. */
        post: operations["auth_password_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/session/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Who is signed in. Sets the cookie that writing requests need (``csrftoken``). */
        get: operations["auth_session_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The caller's own sessions. */
        get: operations["auth_sessions_list"];
        put?: never;
        post?: never;
        /** @description End all sessions but this one. */
        delete: operations["auth_sessions_destroy_others"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/{session_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** @description End it: its next request is a stranger's. */
        delete: operations["auth_sessions_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sign-in/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Start a session. */
        post: operations["auth_sign_in_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sign-out/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description End the session; nothing happens when there is none. */
        post: operations["auth_sign_out_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The caller's conversions, newest first. */
        get: operations["conversions_list"];
        put?: never;
        /** @description Begin one; send the file's content next. */
        post: operations["conversions_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversions/{conversion_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One conversion with its report. */
        get: operations["conversions_retrieve"];
        put?: never;
        post?: never;
        /** @description Remove it with its files. */
        delete: operations["conversions_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversions/{conversion_id}/content/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** @description Send its bytes as the body; then the worker begins. */
        put: operations["conversions_content_update"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversions/{conversion_id}/result/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file; 409 while there is none. */
        get: operations["conversions_result_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cvat-servers/{server_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One CVAT server. */
        get: operations["cvat_servers_retrieve"];
        put?: never;
        post?: never;
        /** @description Forget it and its password; 409 while data sets are linked to it. */
        delete: operations["cvat_servers_destroy"];
        options?: never;
        head?: never;
        /** @description Change it; it is signed in to with the new values first. */
        patch: operations["cvat_servers_partial_update"];
        trace?: never;
    };
    "/api/v1/cvat-servers/{server_id}/test/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Sign in to it now; ``fault`` in the answer is empty when that went well. */
        post: operations["cvat_servers_test_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The data sets of the caller's projects. */
        get: operations["datasets_list"];
        put?: never;
        /** @description Make an empty data set. */
        post: operations["datasets_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One data set. */
        get: operations["datasets_retrieve"];
        put?: never;
        post?: never;
        /** @description Remove it with its files and versions; 409 while a run uses one of them. */
        delete: operations["datasets_destroy"];
        options?: never;
        head?: never;
        /** @description Rename or describe it. */
        patch: operations["datasets_partial_update"];
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/annotations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The annotations as CVAT for images 1.1: as uploaded while nothing was changed, else written anew. */
        get: operations["datasets_annotations_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/archive/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description 409 while an import or a restore changes it. */
        post: operations["datasets_archive_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/comparing/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Have the worker compute what is missing, so that near-duplicates are found among all images. */
        post: operations["datasets_comparing_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/cvat/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The link of a data set to CVAT. */
        get: operations["datasets_cvat_retrieve"];
        put?: never;
        post?: never;
        /** @description Unlink it. Nothing in CVAT is changed or deleted. */
        delete: operations["datasets_cvat_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/cvat/cancel/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description What was sent to CVAT so far stays there. */
        post: operations["datasets_cvat_cancel_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/cvat/create/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description With its images, labels and annotations. After a failure the same request goes on where it was. */
        post: operations["datasets_cvat_create_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/cvat/link/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Its images are compared with the data set's by name; at least one has to match. */
        post: operations["datasets_cvat_link_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/cvat/pull/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Images get the annotations that CVAT has now; versions are made before and after. */
        post: operations["datasets_cvat_pull_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/download/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The data set as it is now: a ZIP of its images and annotations/annotations.xml. */
        get: operations["datasets_download_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/examine/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The examination of a data set, with every kind of finding: its words, its count, and a few examples. */
        get: operations["datasets_examine_retrieve"];
        put?: never;
        /** @description Examine the data set; one that is under way goes on. */
        post: operations["datasets_examine_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/examine/cancel/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description What was found before stays. */
        post: operations["datasets_examine_cancel_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/export/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A ZIP, or without images the one file of formats that are one. The ZIP tells what was lost. */
        get: operations["datasets_export_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/export/report/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Counts, with examples. */
        get: operations["datasets_export_report_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/facets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Parts of the current split, codes of findings, and imports, with the number of images each has. */
        get: operations["datasets_facets_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/findings/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What the doctor found in a data set, by kind. */
        get: operations["datasets_findings_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/findings/intended/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Say of findings that they are meant to be so, or take it back. It holds for later examinations too. */
        post: operations["datasets_findings_intended_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/gallery/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A window of the images, light enough to scroll through a hundred thousand. */
        get: operations["datasets_gallery_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The images of a data set with their shapes. */
        get: operations["datasets_images_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/{image_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The image with all its shapes, findings, and its part of the current split. */
        get: operations["datasets_images_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/{image_id}/annotations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** @description Give the image exactly these shapes; 409 when it has another revision by now. */
        put: operations["datasets_images_annotations_update"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/{image_id}/content/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description An image as it was uploaded; ranges and ETag are obeyed. */
        get: operations["datasets_images_content_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/{image_id}/place/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Its position, and the images before and after it. */
        get: operations["datasets_images_place_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/{image_id}/thumbnail/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * @description An image of at most 320 pixels a side, upright.
         *
         *     Asked for as ``?of=<the first characters of the image's digest>`` it may be kept for good: other content has
         *     another address.
         */
        get: operations["datasets_images_thumbnail_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/delete/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Delete images with their shapes; versions keep what they have. 409 when a filter finds another number. */
        post: operations["datasets_images_delete_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/part/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Put images into a part of the split in use. 409 when there is none, or a filter finds another number. */
        post: operations["datasets_images_part_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/images/tag/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Give images a tag, or take it off; their other shapes stay. 409 when a filter finds another number. */
        post: operations["datasets_images_tag_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/imports/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The imports of a data set, newest first. */
        get: operations["datasets_imports_list"];
        put?: never;
        /** @description Begin an import; upload files into it, then start it. */
        post: operations["datasets_imports_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/imports/bucket/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Try the bucket, then begin to read it; the keys are forgotten afterwards unless they are to be saved. */
        post: operations["datasets_imports_bucket_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/labels/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description All of them, by name. */
        get: operations["datasets_labels_list"];
        put?: never;
        /** @description Make a class. */
        post: operations["datasets_labels_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/labels/{label_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** @description Remove it; 409 while a shape is of it. */
        delete: operations["datasets_labels_destroy"];
        options?: never;
        head?: never;
        /** @description Rename or recolour it. 202 with the repair that does it, when the class is on thousands of images. */
        patch: operations["datasets_labels_partial_update"];
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/pinnings/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Versions that were and are being made by the worker, the newest first. */
        get: operations["datasets_pinnings_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/pinnings/{pinning_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description How the making of a version is going. */
        get: operations["datasets_pinnings_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/repairs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The repairs of a data set, newest first. */
        get: operations["datasets_repairs_list"];
        put?: never;
        /** @description Repair findings of a kind: all of them, or the chosen ones. Leaves a version before and one after. */
        post: operations["datasets_repairs_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/repairs/{repair_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One repair. */
        get: operations["datasets_repairs_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/repairs/{repair_id}/undo/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * @description Take a repair back: the data set becomes what it was before it.
         *
         *     409 with the code ``changed_since`` when later changes would go with it; ``force`` says that they may.
         */
        post: operations["datasets_repairs_undo_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/repairs/preview/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description What a repair would change: figures, and a few images before and after. Changes nothing. */
        post: operations["datasets_repairs_preview_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/restores/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What was brought back, the newest first. */
        get: operations["datasets_restores_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/restores/{restore_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description How bringing a version back is going. */
        get: operations["datasets_restores_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/saved-buckets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Keys of buckets that the data set's project has saved: their names, never the keys. */
        get: operations["datasets_saved_buckets_list"];
        put?: never;
        post?: never;
        /** @description Forget saved keys. */
        delete: operations["datasets_saved_buckets_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/splits/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The splits of a data set. */
        get: operations["datasets_splits_list"];
        put?: never;
        /** @description Make one: dealt out by a recipe, from lists of indexes or names, or empty to be filled by hand. */
        post: operations["datasets_splits_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/splits/{split_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One split. */
        get: operations["datasets_splits_retrieve"];
        put?: never;
        post?: never;
        /** @description Remove it; versions that carry it keep it. */
        delete: operations["datasets_splits_destroy"];
        options?: never;
        head?: never;
        /** @description Rename it, make it the one that new versions carry, or no longer. */
        patch: operations["datasets_splits_partial_update"];
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/splits/{split_id}/extend/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Deal out the images in no part, without moving the others. */
        post: operations["datasets_splits_extend_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/splits/{split_id}/leaks/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description 202 while the images of a large data set are compared for the first time. */
        get: operations["datasets_splits_leaks_retrieve"];
        put?: never;
        /** @description Put what belongs together into the part where most of it is: everywhere, or around one image. */
        post: operations["datasets_splits_leaks_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/splits/{split_id}/lists/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A JSON file: all lists with what they count, or the bare list of one part. */
        get: operations["datasets_splits_lists_retrieve"];
        /** @description Have the split be what these lists say. */
        put: operations["datasets_splits_lists_update"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/splits/{split_id}/members/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The images of the data set with their parts. */
        get: operations["datasets_splits_members_list"];
        put?: never;
        /** @description Put images into a part: those named, or all that the filters leave. */
        post: operations["datasets_splits_members_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/splits/preview/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Deal the images out, tell the counts, and save nothing. */
        post: operations["datasets_splits_preview_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/statistics/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Class balance, objects per image, sizes, proportions and positions. 202 while none were counted yet. */
        get: operations["datasets_statistics_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/unarchive/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Show a data set in lists again, to be changed. */
        post: operations["datasets_unarchive_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The versions of a data set; archived ones only when they are asked for. */
        get: operations["datasets_versions_list"];
        put?: never;
        /**
         * @description Pin the data set as it is now; 200 with the version that is there already when nothing has changed.
         *
         *     That of a large data set is made by the worker: 202, then follow ``pinnings/<id>/``.
         */
        post: operations["datasets_versions_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One version. */
        get: operations["datasets_versions_retrieve"];
        put?: never;
        post?: never;
        /**
         * @description Remove it; 409, naming them, when runs were made with it. Its number is not given again.
         *
         *     409 with the code ``undo_goes`` when a repair can be taken back to it; ``force`` says that it may go.
         */
        delete: operations["datasets_versions_destroy"];
        options?: never;
        head?: never;
        /** @description Write a note on it; nothing else of a version ever changes. */
        patch: operations["datasets_versions_partial_update"];
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/annotations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The annotations of a version as CVAT for images 1.1; the very file that train containers see. */
        get: operations["datasets_versions_annotations_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/archive/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Hide a version from lists. It stays whole: what was made with it can be looked at and repeated. */
        post: operations["datasets_versions_archive_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/compare/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What became of the data set from this version to another one, or to what it is now. */
        get: operations["datasets_versions_compare_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/compare/images/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The images that differ between a version and another one, by kind of change. */
        get: operations["datasets_versions_compare_images_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/data/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The images of a version, in their order. */
        get: operations["datasets_versions_data_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/data/{index}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One image of a version with its annotations, by its index. */
        get: operations["datasets_versions_data_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/data/{index}/content/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The bytes of an image of a version; ranges and ETag are obeyed. */
        get: operations["datasets_versions_data_content_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/data/{index}/thumbnail/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description An image of a version, at most 320 pixels a side, upright. */
        get: operations["datasets_versions_data_thumbnail_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/download/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A version as a ZIP of its images and annotations/annotations.xml. */
        get: operations["datasets_versions_download_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/export/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A ZIP, or without images the one file of formats that are one. The ZIP tells what was lost. */
        get: operations["datasets_versions_export_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/export/report/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Counts, with examples. */
        get: operations["datasets_versions_export_report_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/labels/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The classes of a version sorted by name, each with its index and its shapes. */
        get: operations["datasets_versions_labels_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/manifest/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The ETag is the version's digest, which is the SHA-256 of these lines. */
        get: operations["datasets_versions_manifest_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/records/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Ranges are obeyed, so a stream that broke off can be gone on with. */
        get: operations["datasets_versions_records_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/restore/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Follow ``restores/<id>/`` until it has succeeded or failed. */
        post: operations["datasets_versions_restore_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{dataset_id}/versions/{number}/unarchive/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Show a version in lists again. */
        post: operations["datasets_versions_unarchive_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/convert/{source}/{target}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description ``label_file`` in, the converted file out. Formats are named by key, or as the contract names them. */
        post: operations["datasets_convert_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/convert/formats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What each can hold. */
        get: operations["datasets_convert_formats_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/formats/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What each can hold. */
        get: operations["datasets_formats_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Past events, oldest first. */
        get: operations["events_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/stream/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * @description Events as they happen, as server-sent events; ``Last-Event-ID`` resumes without a gap.
         *
         *     Ends soon after the session or token it was opened with does.
         */
        get: operations["events_stream_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One execution. */
        get: operations["executions_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/log/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The log as bytes from an offset on; ``X-Log-Start`` is where they begin, ``X-Log-Offset`` where to go on. */
        get: operations["executions_log_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/log/stream/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The log as it grows, as server-sent events; ``Last-Event-ID`` (an offset) resumes without a gap. */
        get: operations["executions_log_stream_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}/stop/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Ask a run to stop, or cancel a build. It ends a little later; events tell when. */
        post: operations["executions_stop_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export-config/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The form of the ONNX export, the same for every template. */
        get: operations["export_config_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hosts/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The machines where runs go, and what is free on them now. */
        get: operations["hosts_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One import with its report. */
        get: operations["imports_retrieve"];
        put?: never;
        post?: never;
        /** @description Remove it with its uploads; before it has started, while it asks, or after it has failed or was cancelled. */
        delete: operations["imports_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/answers/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Say what becomes of files whose names are taken; the import goes on when every one is answered. */
        post: operations["imports_answers_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/cancel/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Images that it has added go again; it ends as ``cancelled`` and keeps its uploads, to be started again. */
        post: operations["imports_cancel_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/conflicts/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The files an import asks about: their names are taken by images with other content. */
        get: operations["imports_conflicts_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/conflicts/{conflict_id}/thumbnail/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The new image of a conflict, at most 320 pixels a side, upright. */
        get: operations["imports_conflicts_thumbnail_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/start/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Start an import whose uploads are complete; a failed one begins anew. */
        post: operations["imports_start_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/uploads/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description A new upload; a body that comes along (at most one chunk) becomes its first bytes. */
        post: operations["imports_uploads_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/model-versions/{version_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a model version
         * @description The version with its files and how it came to be.
         */
        get: operations["model_versions_get"];
        put?: never;
        post?: never;
        /**
         * Delete a model version
         * @description Remove the version with its files; a model goes with its last version.
         */
        delete: operations["model_versions_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/model-versions/{version_id}/download/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a model version
         * @description All its files in one ZIP, streamed.
         */
        get: operations["model_versions_download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/model-versions/{version_id}/files/{file_id}/content/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a model file
         * @description The file's bytes; ranges are answered.
         */
        get: operations["model_files_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models
         * @description Models of the caller's projects, the newest first.
         */
        get: operations["models_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a model
         * @description The model with all its versions.
         */
        get: operations["models_get"];
        put?: never;
        post?: never;
        /**
         * Delete a model
         * @description Remove the model with all its versions and files.
         */
        delete: operations["models_delete"];
        options?: never;
        head?: never;
        /**
         * Change a model
         * @description Another name or description.
         */
        patch: operations["models_update"];
        trace?: never;
    };
    "/api/v1/platform/doctor/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What `manage.py doctor` says, as the web server sees it. Takes some seconds. */
        get: operations["platform_doctor_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The caller's projects, and a new one, whose admin the caller becomes. */
        get: operations["projects_list"];
        put?: never;
        /** @description The caller's projects, and a new one, whose admin the caller becomes. */
        post: operations["projects_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One project. */
        get: operations["projects_retrieve"];
        put?: never;
        post?: never;
        /** @description Only when it holds nothing; 409 with counts otherwise. */
        delete: operations["projects_destroy"];
        options?: never;
        head?: never;
        /** @description One project. */
        patch: operations["projects_partial_update"];
        trace?: never;
    };
    "/api/v1/projects/{project_id}/audit/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Who did what in the project, newest first. */
        get: operations["projects_audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/cvat-servers/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The CVAT servers of a project. */
        get: operations["projects_cvat_servers_list"];
        put?: never;
        /** @description Add a server. It is signed in to first; one that refuses is not added, and its words are in the error. */
        post: operations["projects_cvat_servers_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/members/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The members of a project, and a new one. */
        get: operations["projects_members_list"];
        put?: never;
        /** @description The members of a project, and a new one. */
        post: operations["projects_members_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/members/{user_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** @description An admin removes anybody; every member may leave. */
        delete: operations["projects_members_destroy"];
        options?: never;
        head?: never;
        /** @description One member of a project. */
        patch: operations["projects_members_partial_update"];
        trace?: never;
    };
    "/api/v1/runs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List runs
         * @description The runs of the caller's projects, the newest first.
         */
        get: operations["runs_list"];
        put?: never;
        /**
         * Start a run
         * @description Queue a training. The data set's version is pinned now; errors name the field they are about.
         */
        post: operations["runs_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a run
         * @description The run with everything there is to tell.
         */
        get: operations["runs_get"];
        put?: never;
        post?: never;
        /**
         * Delete a run
         * @description Remove a run that has ended, with its log and metrics. The models it made stay.
         */
        delete: operations["runs_delete"];
        options?: never;
        head?: never;
        /**
         * Rename a run
         * @description Another name.
         */
        patch: operations["runs_update"];
        trace?: never;
    };
    "/api/v1/runs/{run_id}/metrics/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a run's metrics
         * @description The names of the run's metrics, each with its last value.
         */
        get: operations["runs_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/metrics/points/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a run's metric curves
         * @description Curves with at most ``max_points`` points each: of every stretch the lowest and the highest are kept.
         */
        get: operations["runs_metric_points"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/score/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search the score with another pattern
         * @description Search the whole log with another pattern; the run keeps it, and its models get the new score.
         */
        post: operations["runs_score"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run_id}/stop/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a run
         * @description Ask the training to end; it may still save its model. It ends a little later.
         */
        post: operations["runs_stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/defaults/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Default resources
         * @description What a run gets unless it asks for something else, and the most that some host has.
         */
        get: operations["runs_defaults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/template-versions/{version_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One version of a template: its form, its files, its image. */
        get: operations["template_versions_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/template-versions/{version_id}/build/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description The build that is under way or ready, else a new one. */
        post: operations["template_versions_build_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/template-versions/{version_id}/builds/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The builds of a version's image, newest first; failed ones keep their log. */
        get: operations["template_versions_builds_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/template-versions/{version_id}/download/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The version as a ZIP, as it was uploaded. */
        get: operations["template_versions_download_retrieve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/template-versions/{version_id}/validate-config/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Check a config against the template's form without starting anything; also for a file from the past. */
        post: operations["template_versions_validate_config_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The templates of the caller's projects, and the bundled ones. */
        get: operations["templates_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{template_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One template. */
        get: operations["templates_retrieve"];
        put?: never;
        post?: never;
        /** @description Out of the catalogue. What runs were made with is kept for them. */
        delete: operations["templates_destroy"];
        options?: never;
        head?: never;
        /**
         * @description For administrators of the platform: let the template's runs use the network, root's powers or FUSE.
         *
         *     What is given holds for the versions there are now. Given again, it holds for those uploaded since, too.
         */
        patch: operations["templates_partial_update"];
        trace?: never;
    };
    "/api/v1/templates/upload/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Upload a template as a ZIP; the same names again make a new version. */
        post: operations["templates_upload_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The caller's tokens, and a new one. */
        get: operations["tokens_list"];
        put?: never;
        /** @description The caller's tokens, and a new one. */
        post: operations["tokens_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** @description Revoke it: it is not valid any more, and stays in the list. */
        delete: operations["tokens_destroy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{upload_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The upload as JSON. */
        get: operations["uploads_retrieve"];
        put?: never;
        post?: never;
        /** @description Give the upload up; its bytes are removed. */
        delete: operations["uploads_destroy"];
        options?: never;
        head?: never;
        /** @description Append bytes. 409 when the offset is not where the upload ends; ask for it with HEAD, then go on. */
        patch: operations["uploads_partial_update"];
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An import that has not ended. */
        ActiveImport: {
            id: number;
            state: components["schemas"]["ImportState"];
            /** Format: double */
            progress: number;
        };
        /** @description As ``AnnotateSerializer``, for the description; each shape is checked by ``editing.shapes``. */
        AnnotateRequestRequest: {
            revision: number;
            shapes: components["schemas"]["ShapeGivenRequest"][];
        };
        /** @description What becomes of one file. */
        AnswerRequest: {
            /** Format: int64 */
            conflict: number;
            answer: components["schemas"]["ConflictAnswer"];
        };
        /** @description What becomes of files; the import goes on when none is left. */
        AnswersRequest: {
            answers?: components["schemas"]["AnswerRequest"][];
            /**
             * @description For all that have no answer yet
             *
             *     * `keep` - Keep the old one
             *     * `replace` - Replace the old one
             *     * `rename` - Keep both
             * @default
             */
            rest: components["schemas"]["ConflictAnswer"] | components["schemas"]["BlankEnum"];
        };
        /** @description Images to be put into a part: these, or all that filters leave. */
        AssignRequest: {
            images?: number[];
            /** @description As the list of images takes them */
            filters?: {
                [key: string]: string;
            };
            /**
             * @description Empty: in no part
             *
             *     * `train` - Train
             *     * `val` - Validation
             *     * `test` - Test
             */
            part: components["schemas"]["SplitPart"] | components["schemas"]["BlankEnum"];
            /** Format: int64 */
            revision?: number | null;
        };
        /** @description One try of an execution. */
        Attempt: {
            readonly id: number;
            /** Format: int64 */
            number?: number;
            host?: string | null;
            image_reference?: string;
            image_digest?: string;
            /** Format: date-time */
            started_at?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
            /** Format: int64 */
            exit_code?: number | null;
            out_of_memory?: boolean;
            timed_out?: boolean;
            /** @description The limit it ran into: disk, files, pids */
            limit_hit?: string;
            /**
             * Format: date-time
             * @description When it had not ended on being asked to
             */
            kill_sent_at?: string | null;
            /** @description The engine's words when the box could not run */
            message?: string;
            /** Format: int64 */
            log_bytes?: number;
            /** Format: int64 */
            log_lines?: number;
            /** Format: int64 */
            log_dropped_bytes?: number;
            log_complete?: boolean;
        };
        /** @description Who did what to which object. */
        Audit: {
            readonly id: number;
            /** Format: date-time */
            readonly at: string;
            /** @description What was done, as in token.created */
            readonly action: string;
            readonly outcome: components["schemas"]["OutcomeEnum"];
            readonly actor_id: number | null;
            /** @description Empty: the platform, or nobody known */
            readonly actor_name: string;
            /** @description The API token it was done with */
            readonly token_id: number | null;
            readonly address: string;
            readonly request_id: string;
            readonly object_type: string;
            readonly object_id: string;
            readonly object_name: string;
            readonly details: unknown;
        };
        /** @description Counts by step; each step goes from its edge to the next one, the last has no end. */
        Bars: {
            edges: number[];
            counts: number[];
        };
        /** @enum {unknown} */
        BlankEnum: "";
        /** @description Something by id and name. */
        Brief: {
            id: number;
            name: string;
        };
        /** @description A bucket to read. The keys are never shown again. */
        BucketImportRequest: {
            /**
             * @description A file's name is taken by an image with other content: ask (the import waits for answers), keep the old one, replace it, or rename the new one, so that both stay
             *
             *     * `ask` - Ask
             *     * `keep` - Keep the old one
             *     * `replace` - Replace the old one
             *     * `rename` - Keep both
             * @default rename
             */
            on_conflict: components["schemas"]["OnConflictEnum"];
            /**
             * @description A file's content is there under another name: keep both, or skip the new one
             *
             *     * `keep` - Keep both
             *     * `skip` - Leave it out
             * @default keep
             */
            on_duplicate: components["schemas"]["OnDuplicateEnum"];
            /** @description https://server[:port]/bucket/folder or s3://bucket/folder */
            url: string;
            /** @default  */
            region: string;
            /** @default  */
            access_key: string;
            /** @default  */
            secret_key: string;
            /**
             * @description With keys: save them for the project under this name. Without: use the keys saved under it.
             * @default
             */
            saved: string;
        };
        /**
         * @description * `user` - User
         *     * `platform` - Platform
         * @enum {string}
         */
        CauseEnum: "user" | "platform";
        /** @description Images by what became of them; several of the last three may hold for one image. */
        ChangeCounts: {
            added: number;
            removed: number;
            /** @description Other content under the same name */
            replaced: number;
            /** @description Annotated otherwise */
            relabelled: number;
            /** @description In another part of the split */
            moved: number;
        };
        /** @description An image that differs; null where a state does not have it. */
        Changed: {
            changes: components["schemas"]["ChangesEnum"][];
            readonly before: components["schemas"]["Seen"] | null;
            readonly after: components["schemas"]["Seen"] | null;
        };
        /**
         * @description * `added` - added
         *     * `removed` - removed
         *     * `replaced` - replaced
         *     * `relabelled` - relabelled
         *     * `moved` - moved
         * @enum {string}
         */
        ChangesEnum: "added" | "removed" | "replaced" | "relabelled" | "moved";
        /** @description What a class looks like: one of its shapes, on its image. */
        ClassExample: {
            image: components["schemas"]["FindingImage"];
            shape: components["schemas"]["Shape"];
        };
        /** @description A class: its shapes and tags, and the images with at least one. */
        ClassFigures: {
            label: string;
            shapes: number;
            images: number;
        };
        /** @description How many images of each part show a class. */
        ClassParts: {
            name: string;
            train: number;
            val: number;
            test: number;
            /** @description In no part */
            none: number;
        };
        /** @description How many images wait to be compared with others. */
        Comparing: {
            without_hash: number;
        };
        /** @description How two states differ. */
        Comparison: {
            before: components["schemas"]["StateBrief"];
            after: components["schemas"]["StateBrief"];
            changes: components["schemas"]["ChangeCounts"];
            labels: components["schemas"]["LabelChange"][];
            moves: components["schemas"]["Move"][];
        };
        /** @description The config as it would be kept, what is wrong with it, and the arguments that train.py would get. */
        ConfigChecked: {
            valid: boolean;
            config: {
                [key: string]: unknown;
            };
            export_config: {
                [key: string]: unknown;
            } | null;
            errors: components["schemas"]["ConfigError"][];
            dropped: string[];
            arguments: string;
        };
        /** @description Where a config breaks the schema; the path begins with ``config`` or ``export_config``. */
        ConfigError: {
            path: unknown[];
            message: string;
            schema_path: unknown[];
        };
        /** @description A config, and the export config or null when the export is off. */
        ConfigToCheckRequest: {
            config: unknown;
            export_config?: unknown;
        };
        /** @description A file whose name is taken by an image with other content. */
        Conflict: {
            readonly id: number;
            /** @description As it was uploaded, folders included */
            path: string;
            /** @description That both would have */
            name: string;
            /**
             * Format: int64
             * @description Bytes
             */
            size: number;
            /**
             * Format: int64
             * @description Pixels; None: it is no image that can be read
             */
            width?: number | null;
            /** Format: int64 */
            height?: number | null;
            /**
             * Format: date-time
             * @description When the file was last changed, where that is known
             */
            modified_at?: string | null;
            /** @description Of the new one */
            readonly thumbnail_url: string;
            /** @description null: it was removed meanwhile */
            old: components["schemas"]["OldImage"] | null;
            answer: components["schemas"]["ConflictAnswer"] | components["schemas"]["BlankEnum"];
        };
        /**
         * @description * `keep` - Keep the old one
         *     * `replace` - Replace the old one
         *     * `rename` - Keep both
         * @enum {string}
         */
        ConflictAnswer: "keep" | "replace" | "rename";
        /** @description A conversion and, in the end, its report. */
        Conversion: {
            readonly id: number;
            /** @description Of the uploaded file */
            name: string;
            /** @description Key of its format; empty: found out by its content */
            source?: string;
            /** @description Key of the format that it becomes */
            target: string;
            with_images?: boolean;
            state: components["schemas"]["ConversionStateEnum"];
            /**
             * Format: double
             * @description 0 to 1
             */
            progress?: number;
            message?: string;
            /** Format: int64 */
            size?: number;
            result_name?: string;
            /** Format: int64 */
            result_size?: number;
            report: components["schemas"]["ConversionReport"];
            /** Format: date-time */
            readonly created_at: string;
        };
        /** @description A conversion to be made. */
        ConversionCreateRequest: {
            /** @description The file's name */
            name: string;
            /**
             * @description Empty: found out by the content
             *
             *     * `cvat` - cvat
             *     * `coco` - coco
             *     * `yolo` - yolo
             *     * `yolo-segmentation` - yolo-segmentation
             *     * `yolo-oriented` - yolo-oriented
             *     * `yolo-darknet` - yolo-darknet
             *     * `voc` - voc
             *     * `labelme` - labelme
             *     * `csv` - csv
             *     * `folders` - folders
             *     * `masks` - masks
             *     * `COCODetectionDataset` - COCODetectionDataset
             *     * `CVATImageDataset` - CVATImageDataset
             *     * `YOLOv5Dataset` - YOLOv5Dataset
             * @default
             */
            source: components["schemas"]["ConversionFormat"] | components["schemas"]["BlankEnum"];
            target: components["schemas"]["ConversionFormat"];
            /**
             * @description Put the images of the archive into the result
             * @default false
             */
            with_images: boolean;
        };
        /**
         * @description * `cvat` - cvat
         *     * `coco` - coco
         *     * `yolo` - yolo
         *     * `yolo-segmentation` - yolo-segmentation
         *     * `yolo-oriented` - yolo-oriented
         *     * `yolo-darknet` - yolo-darknet
         *     * `voc` - voc
         *     * `labelme` - labelme
         *     * `csv` - csv
         *     * `folders` - folders
         *     * `masks` - masks
         *     * `COCODetectionDataset` - COCODetectionDataset
         *     * `CVATImageDataset` - CVATImageDataset
         *     * `YOLOv5Dataset` - YOLOv5Dataset
         * @enum {string}
         */
        ConversionFormat: "cvat" | "coco" | "yolo" | "yolo-segmentation" | "yolo-oriented" | "yolo-darknet" | "voc" | "labelme" | "csv" | "folders" | "masks" | "COCODetectionDataset" | "CVATImageDataset" | "YOLOv5Dataset";
        /** @description What was read and what could not be kept; lists are cut at 1000. */
        ConversionReport: {
            /**
             * @description That was found
             * @default
             */
            source: string;
            /** @default  */
            target: string;
            /** @default 0 */
            images: number;
            /**
             * @description Without objects; they are kept
             * @default 0
             */
            images_empty: number;
            /** @default 0 */
            shapes: number;
            /** @default 0 */
            labels: number;
            findings?: components["schemas"]["ImportFinding"][];
            /** @default 0 */
            findings_total: number;
            losses?: components["schemas"]["Loss"][];
            skipped?: components["schemas"]["NameAndWhy"][];
        };
        /**
         * @description * `uploading` - Uploading
         *     * `queued` - Queued
         *     * `running` - Running
         *     * `succeeded` - Succeeded
         *     * `failed` - Failed
         * @enum {string}
         */
        ConversionStateEnum: "uploading" | "queued" | "running" | "succeeded" | "failed";
        /** @description A small file to be converted. */
        ConvertNowRequest: {
            /** Format: binary */
            label_file: string;
        };
        /** @description The split that new versions carry, in brief. */
        CurrentSplit: {
            id: number;
            name: string;
            /** @description part → images */
            counts: {
                [key: string]: number;
            };
        };
        /** @description What to make in CVAT. */
        CvatCreateRequest: {
            server: number;
            /** @default task */
            kind: components["schemas"]["CvatRemoteKind"];
            /** @description Empty: the data set's */
            name?: string;
            /**
             * @description 0: one job for all
             * @default 0
             */
            images_per_job: number;
        };
        /** @description What a data set is linked to. */
        CvatLink: {
            server: components["schemas"]["CvatServerBrief"];
            kind: components["schemas"]["CvatRemoteKind"];
            /** @description Id of the task or project in CVAT */
            readonly remote_id: number | null;
            /** @description What it is called in CVAT */
            readonly name: string;
            /** @description Where to open it; empty while it is being made */
            readonly url: string;
            /** @description Whether the platform made it; else it was there already */
            readonly made_here: boolean;
            /** @description It is complete and its images are known: it can be pulled */
            readonly ready: boolean;
            images: components["schemas"]["CvatReport"];
            readonly last_pull: components["schemas"]["CvatTransfer"] | null;
            created_by: components["schemas"]["UserBrief"] | null;
            /** Format: date-time */
            readonly created_at: string;
        };
        /** @description What in CVAT to link to. */
        CvatLinkInputRequest: {
            server: number;
            /** @default task */
            kind: components["schemas"]["CvatRemoteKind"];
            /** @description Id of the task or project */
            remote_id: number;
        };
        /**
         * @description * `task` - Task
         *     * `project` - Project
         * @enum {string}
         */
        CvatRemoteKind: "task" | "project";
        /** @description What a transfer found and changed; parts are missing where they say nothing. */
        CvatReport: {
            /** @description Images that both have */
            matched?: number;
            /** @description Images that CVAT does not have */
            only_here?: number;
            /** @description Images that the data set does not have */
            only_there?: number;
            tasks?: number;
            examples?: {
                [key: string]: string[];
            };
            /** @description Images whose annotations are others now */
            changed?: number;
            unchanged?: number;
            /** @description Of the changed ones: without annotations now */
            emptied?: number;
            shapes?: number;
            labels_added?: string[];
            /** @description Number of the version before */
            before?: number | null;
            /** @description Number of the version after */
            after?: number;
            findings?: components["schemas"]["ImportFinding"][];
        };
        /** @description A server of a project, without its password or token. Needs ``may_manage`` in its context. */
        CvatServer: {
            readonly id: number;
            readonly project: number;
            readonly name: string;
            readonly address: string;
            sign_in: components["schemas"]["CvatSignIn"];
            readonly username: string;
            /** @description Short name of an organization in CVAT; empty: the account's own space */
            readonly organization: string;
            /** @description As the server told it at the last test */
            readonly version: string;
            /**
             * Format: date-time
             * @description Last test
             */
            readonly checked_at: string | null;
            /** @description Why the last test failed; empty: it went well */
            readonly fault: string;
            /** @description Data sets linked to it */
            readonly linked: number;
            created_by: components["schemas"]["UserBrief"] | null;
            /** Format: date-time */
            readonly created_at: string;
            /** @description What the caller may do with it */
            readonly can: string[];
        };
        /** @description A server by name. */
        CvatServerBrief: {
            readonly id: number;
            name: string;
            address: string;
        };
        /** @description A server as it is entered. */
        CvatServerInputRequest: {
            name: string;
            /** @description As in https://cvat.example.org */
            address: string;
            /** @default password */
            sign_in: components["schemas"]["CvatSignIn"];
            username?: string;
            /** @description Password or access token; kept encrypted, never shown */
            secret: string;
            /** @description Short name; empty: the account's own space */
            organization?: string;
        };
        /**
         * @description * `password` - User name and password
         *     * `token` - Access token
         * @enum {string}
         */
        CvatSignIn: "password" | "token";
        /** @description Something done with CVAT. */
        CvatTransfer: {
            readonly id: number;
            kind: components["schemas"]["CvatTransferKind"];
            state: components["schemas"]["WorkState"];
            /**
             * Format: double
             * @description 0 to 1
             */
            readonly progress: number;
            readonly message: string;
            report: components["schemas"]["CvatReport"];
            /** @description Number of the version that a pull made or found */
            readonly version: number | null;
            /** @description Whether somebody asked it to end. */
            readonly cancelling: boolean;
            created_by: components["schemas"]["UserBrief"] | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly started_at: string | null;
            /** Format: date-time */
            readonly finished_at: string | null;
        };
        /**
         * @description * `create` - Make a task or project
         *     * `link` - Look at a task or project that is there
         *     * `pull` - Pull annotations
         * @enum {string}
         */
        CvatTransferKind: "create" | "link" | "pull";
        /** @description A data set with its figures. ``verbs`` in the context says what the caller may do, by project. */
        Dataset: {
            readonly id: number;
            readonly project: number;
            name: string;
            description?: string;
            created_by: components["schemas"]["DatasetUser"] | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
            /** Format: int64 */
            image_count?: number;
            /**
             * Format: int64
             * @description Images with at least one shape or tag
             */
            annotated_count?: number;
            /** Format: int64 */
            shape_count?: number;
            /** Format: int64 */
            total_bytes?: number;
            labels: components["schemas"]["Label"][];
            /** @description shape kind → shapes */
            kind_counts: {
                [key: string]: number;
            };
            latest_version: components["schemas"]["LatestVersion"] | null;
            active_import: components["schemas"]["ActiveImport"] | null;
            /** @description That new versions carry */
            split: components["schemas"]["CurrentSplit"] | null;
            /**
             * Format: date-time
             * @description Hidden from lists; nothing can be changed
             */
            archived_at?: string | null;
            /** @description Addresses of up to four thumbnails */
            readonly thumbnails: string[];
            /** @description What the caller may do */
            readonly can: string[];
        };
        /** @description A data set to be made. */
        DatasetCreateRequest: {
            /**
             * Format: int64
             * @description Id of the project it will belong to
             */
            project: number;
            name: string;
            /** @default  */
            description: string;
        };
        /** @description A data set and CVAT. */
        DatasetCvat: {
            /** @description Null: not linked */
            link: components["schemas"]["CvatLink"] | null;
            /** @description What is going on */
            current: components["schemas"]["CvatTransfer"] | null;
            /** @description The last ten, newest first */
            history: components["schemas"]["CvatTransfer"][];
            /** @description What the caller may do now */
            can: string[];
        };
        /** @description Something the doctor noticed, with what is needed to draw it. */
        DatasetFinding: {
            readonly id: number;
            /** @description What kind of finding; see yard.datasets.doctor.kinds */
            code: string;
            severity: components["schemas"]["SeverityEnum"];
            message: string;
            /** @description Somebody has said that it is meant to be so */
            intended?: boolean;
            image: components["schemas"]["FindingImage"] | null;
            other_image: components["schemas"]["FindingImage"] | null;
            shape: components["schemas"]["Shape"] | null;
            /** @description The first of two shapes at one place */
            readonly other_shape: components["schemas"]["Shape"] | null;
            label?: string | null;
            label_id: number | null;
            /** @description The class to merge into */
            readonly suggestion: string | null;
            /** @description Of a finding about classes: an example of the class and of the suggested one, where there are any */
            readonly classes: components["schemas"]["ClassExample"][];
        };
        /** @description A user in brief. */
        DatasetUser: {
            id: number;
            username: string;
        };
        /** @description An image of a version with its annotations. */
        Datum: {
            /** @description Its place in the version, from 0; never changes */
            index: number;
            name: string;
            /** @description As it was uploaded, folders included */
            path: string;
            /**
             * @description Empty: in no part
             *
             *     * `train` - Train
             *     * `val` - Validation
             *     * `test` - Test
             */
            split: components["schemas"]["SplitPart"] | components["schemas"]["BlankEnum"];
            /** @description Bytes */
            size: number;
            /** @description SHA-256 of the content */
            digest: string;
            width: number;
            height: number;
            /** @description class → its shapes on this image */
            labels: {
                [key: string]: number;
            };
            /** @description Of the content */
            readonly url: string;
            readonly thumbnail_url: string;
            shapes: components["schemas"]["DatumShape"][];
        };
        /** @description An image in a list; with its annotations if they were asked for. */
        DatumListed: {
            /** @description Its place in the version, from 0; never changes */
            index: number;
            name: string;
            /** @description As it was uploaded, folders included */
            path: string;
            /**
             * @description Empty: in no part
             *
             *     * `train` - Train
             *     * `val` - Validation
             *     * `test` - Test
             */
            split: components["schemas"]["SplitPart"] | components["schemas"]["BlankEnum"];
            /** @description Bytes */
            size: number;
            /** @description SHA-256 of the content */
            digest: string;
            width: number;
            height: number;
            /** @description class → its shapes on this image */
            labels: {
                [key: string]: number;
            };
            /** @description Of the content */
            readonly url: string;
            readonly thumbnail_url: string;
            /** @description Only with annotations=true */
            shapes?: components["schemas"]["DatumShape"][];
        };
        /** @description A shape as the version's annotations.xml has it; coordinates in pixels of the upright image. */
        DatumShape: {
            kind: components["schemas"]["ShapeKind"];
            label: string;
            geometry: {
                [key: string]: unknown;
            };
            attributes: {
                [key: string]: string;
            };
            z_order: number;
            occluded: boolean;
            source: string;
            group: number;
        };
        /** @description A GPU, and whether a box holds it. */
        Device: {
            /** Format: int64 */
            index: number;
            uuid: string;
            name: string;
            /** Format: int64 */
            memory_bytes?: number;
            readonly in_use: boolean;
        };
        /** @description One thing about one part of the platform. */
        Diagnosis: {
            /** @description database, worker, supervisor, storage, engine, … */
            part: string;
            level: components["schemas"]["LevelEnum"];
            found: string;
            /** @description What to do; empty when nothing is to be done */
            todo: string;
        };
        /**
         * @description * `renamed` - renamed
         *     * `approximated` - approximated
         *     * `clipped` - clipped
         *     * `not_held` - not_held
         *     * `dropped` - dropped
         * @enum {string}
         */
        EffectEnum: "renamed" | "approximated" | "clipped" | "not_held" | "dropped";
        Error: {
            /** @description For programs, such as invalid_input */
            code: string;
            /** @description What is wrong, where, and what to do */
            message: string;
            /** @description `errors`: what is wrong with each field, as `{path, message}` */
            extra: {
                [key: string]: unknown;
            };
        };
        /** @description One row of the outbox. */
        Event: {
            readonly id: number;
            kind: string;
            project: number | null;
            object_type: string;
            /** Format: int64 */
            object_id: number;
            payload?: unknown;
            /** Format: date-time */
            readonly at: string;
        };
        /** @description Where the examination is, what it asked, and what it found. */
        Examination: {
            /**
             * @description none: not examined yet
             *
             *     * `queued` - Queued
             *     * `running` - Running
             *     * `succeeded` - Succeeded
             *     * `failed` - Failed
             *     * `cancelled` - Cancelled
             *     * `none` - None
             */
            state: components["schemas"]["ExaminationStateEnum"];
            /** Format: double */
            progress: number;
            message: string;
            /** @description Whether it was ever examined, so that the findings mean something */
            checked: boolean;
            /** @description The data set was changed after what the findings are about */
            stale: boolean;
            /** Format: date-time */
            finished_at: string | null;
            options: components["schemas"]["ExaminationOptions"];
            kinds: components["schemas"]["FindingKind"][];
            /** @description Open errors and warnings */
            attention: number;
        };
        /** @description Thresholds; those that are not given are those of the examination before. */
        ExaminationOptions: {
            /**
             * Format: double
             * @description So many pixels may a shape reach beyond the image; tools round
             */
            outside_pixels?: number;
            /**
             * Format: double
             * @description From this overlap (intersection over union) on two shapes are at the same place
             */
            same_place_iou?: number;
            /**
             * Format: double
             * @description Objects with less area than a square of this side are very small
             */
            small_object_pixels?: number;
            /** @description Images with a side below this are tiny */
            tiny_image_pixels?: number;
            /**
             * Format: double
             * @description Images whose sides are so many times larger or smaller than usual are odd
             */
            size_factor?: number;
            /** @description Classes with fewer shapes have too few examples */
            few_examples?: number;
            /** @description So many of the 64 bits of the perceptual hash may differ between images that look alike */
            near_bits?: number;
            /** @description Read every file again, this once, instead of those that look changed */
            read_files?: boolean;
        };
        /** @description Thresholds; those that are not given are those of the examination before. */
        ExaminationOptionsRequest: {
            /**
             * Format: double
             * @description So many pixels may a shape reach beyond the image; tools round
             */
            outside_pixels?: number;
            /**
             * Format: double
             * @description From this overlap (intersection over union) on two shapes are at the same place
             */
            same_place_iou?: number;
            /**
             * Format: double
             * @description Objects with less area than a square of this side are very small
             */
            small_object_pixels?: number;
            /** @description Images with a side below this are tiny */
            tiny_image_pixels?: number;
            /**
             * Format: double
             * @description Images whose sides are so many times larger or smaller than usual are odd
             */
            size_factor?: number;
            /** @description Classes with fewer shapes have too few examples */
            few_examples?: number;
            /** @description So many of the 64 bits of the perceptual hash may differ between images that look alike */
            near_bits?: number;
            /** @description Read every file again, this once, instead of those that look changed */
            read_files?: boolean;
        };
        /**
         * @description * `queued` - Queued
         *     * `running` - Running
         *     * `succeeded` - Succeeded
         *     * `failed` - Failed
         *     * `cancelled` - Cancelled
         *     * `none` - None
         * @enum {string}
         */
        ExaminationStateEnum: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "none";
        /** @description What to examine with. */
        ExamineRequest: {
            options?: components["schemas"]["ExaminationOptionsRequest"];
        };
        /** @description An execution with its history and its newest attempt. */
        Execution: {
            readonly id: number;
            project?: number | null;
            kind: string;
            title: string;
            state?: components["schemas"]["ExecutionState"];
            /** @description Why it is in this state, or what it waits for */
            reason?: string;
            /**
             * @description Who a failure is due to
             *
             *     * `user` - User
             *     * `platform` - Platform
             */
            cause?: components["schemas"]["CauseEnum"] | components["schemas"]["BlankEnum"];
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            state_changed_at: string;
            /**
             * Format: date-time
             * @description When the box first ran
             */
            started_at?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
            /** Format: date-time */
            stop_requested_at?: string | null;
            readonly changes: components["schemas"]["StateChange"][];
            readonly attempt: components["schemas"]["Attempt"];
            readonly resources: components["schemas"]["Resources"];
            readonly can: string[];
        };
        /**
         * @description * `queued` - Queued
         *     * `building` - Building
         *     * `waiting` - Waiting
         *     * `starting` - Starting
         *     * `running` - Running
         *     * `stopping` - Stopping
         *     * `collecting` - Collecting
         *     * `succeeded` - Succeeded
         *     * `failed` - Failed
         *     * `stopped` - Stopped
         *     * `lost` - Lost
         * @enum {string}
         */
        ExecutionState: "queued" | "building" | "waiting" | "starting" | "running" | "stopping" | "collecting" | "succeeded" | "failed" | "stopped" | "lost";
        /** @description The form of the ONNX export, and the values it starts with. */
        ExportConfig: {
            schema: {
                [key: string]: unknown;
            };
            defaults: {
                [key: string]: unknown;
            };
        };
        /** @description What there is to filter by, with the number of images. */
        Facets: {
            /** @description part of the current split → images */
            parts: {
                [key: string]: number;
            };
            /** @description code → images */
            findings: {
                [key: string]: number;
            };
            imports: components["schemas"]["ImportBrought"][];
        };
        /** @description One thing that a check of a template found. */
        Finding: {
            severity: components["schemas"]["SeverityEnum"];
            code: string;
            message: string;
            file: string;
            line: number | null;
            column: number | null;
            hint: string;
        };
        /** @description An image in brief. */
        FindingImage: {
            readonly id: number;
            name: string;
            /**
             * Format: int64
             * @description Pixels, upright (after EXIF rotation), as shapes are drawn on it
             */
            width: number;
            /** Format: int64 */
            height: number;
            /**
             * Format: int64
             * @description Bytes
             */
            size: number;
            /** Format: int64 */
            shape_count?: number;
            readonly url: string;
            readonly thumbnail_url: string;
        };
        /** @description A kind of finding, how many there are, and a few of them. */
        FindingKind: {
            code: string;
            title: string;
            severity: components["schemas"]["SeverityEnum"];
            explanation: string;
            advice: string;
            readonly repairs: components["schemas"]["Remedy"][];
            /** @description Open ones */
            count: number;
            /** @description Marked as meant to be so */
            intended: number;
            /** @description Of the open ones, how many were counted but not kept */
            beyond: number;
            examples: components["schemas"]["DatasetFinding"][];
        };
        /** @description Findings to be marked. */
        FindingsMarkRequest: {
            code: string;
            /** @description Ids; left out: all of the kind */
            findings?: number[] | null;
            /** @default true */
            intended: boolean;
        };
        /** @description How many were marked. */
        FindingsMarked: {
            marked: number;
        };
        /** @description An annotation format. */
        Format: {
            key: string;
            title: string;
            summary: string;
            /** @description The one file that it is without images; empty: it is many */
            single: string;
            /** @description Other names for it in addresses */
            aliases: string[];
            holds: components["schemas"]["Holds"];
        };
        /** @description What of a host is free now. */
        Free: {
            /** Format: double */
            cpus: number;
            memory_bytes: number;
            gpus: number;
        };
        /** @description A window of the images that fit. */
        Gallery: {
            /** @description Images that fit, in all */
            count: number;
            offset: number;
            results: components["schemas"]["GalleryImage"][];
        };
        /** @description One image of the gallery. */
        GalleryImage: {
            id: number;
            name: string;
            width: number;
            height: number;
            shape_count: number;
            /** @description class → its shapes on this image */
            labels: {
                [key: string]: number;
            };
            /** @description Of the current split; empty: none */
            part: string;
            readonly thumbnail_url: string;
            shapes: components["schemas"]["OverlayShape"][];
        };
        /**
         * @description * `network` - network
         *     * `root` - root
         *     * `fuse` - fuse
         * @enum {string}
         */
        GrantsEnum: "network" | "root" | "fuse";
        /** @description Counts by two steps: [step of the width, step of the height, count] of each pair that occurs. */
        Grid: {
            /** @description Pixels */
            edges: number[];
            counts: number[][];
        };
        /** @description What a format can say. */
        Holds: {
            /** @description Kinds of shape */
            kinds: string[];
            /** @description Boxes may be turned */
            turned: boolean;
            attributes: boolean;
            z_order: boolean;
            occluded: boolean;
            group: boolean;
            /** @description train, val and test */
            split: boolean;
            /** @description Images without objects are named */
            empty_images: boolean;
            /** @description Colours and attributes of classes */
            label_details: boolean;
            /** @description The size of each image must be known */
            needs_size: boolean;
        };
        /** @description A host, what it has and what is free. */
        Host: {
            readonly id: number;
            name: string;
            launcher: string;
            /** @description Why this launcher was chosen */
            launcher_reason?: string;
            version?: string;
            /** @description Limits that nobody keeps for boxes on this host */
            not_enforced: string[];
            /** Format: double */
            cpus: number;
            /** Format: int64 */
            memory_bytes: number;
            readonly free: components["schemas"]["Free"];
            readonly devices: components["schemas"]["Device"][];
            readonly queue: components["schemas"]["Queue"];
            /** Format: date-time */
            seen_at?: string | null;
        };
        /** @description An image of a data set with its annotations. */
        Image: {
            readonly id: number;
            name: string;
            /**
             * Format: int64
             * @description Pixels, upright (after EXIF rotation), as shapes are drawn on it
             */
            width: number;
            /** Format: int64 */
            height: number;
            /**
             * Format: int64
             * @description Bytes
             */
            size: number;
            media_type: string;
            /** Format: int64 */
            shape_count?: number;
            readonly url: string;
            readonly thumbnail_url: string;
            shapes: components["schemas"]["Shape"][];
        };
        /** @description All that is known of an image. */
        ImageDetail: {
            readonly id: number;
            name: string;
            /**
             * Format: int64
             * @description Pixels, upright (after EXIF rotation), as shapes are drawn on it
             */
            width: number;
            /** Format: int64 */
            height: number;
            /**
             * Format: int64
             * @description Bytes
             */
            size: number;
            media_type: string;
            /** Format: int64 */
            shape_count?: number;
            readonly url: string;
            readonly thumbnail_url: string;
            shapes: components["schemas"]["Shape"][];
            /** @description As it was uploaded, folders included */
            path?: string;
            digest: string;
            /**
             * Format: int64
             * @description EXIF: 1 upright, 2 to 8 turned or mirrored
             */
            orientation?: number;
            /**
             * Format: int64
             * @description Moves with every change of its shapes
             */
            revision?: number;
            /** @description class → its shapes on this image */
            labels: {
                [key: string]: number;
            };
            /** @description Of the current split; empty: none */
            readonly part: string;
            findings: components["schemas"]["ImageFinding"][];
            edited_by: components["schemas"]["DatasetUser"] | null;
            /** Format: date-time */
            edited_at?: string | null;
            /**
             * Format: int64
             * @description That the last change by hand made
             */
            edited_revision?: number;
        };
        /** @description What the annotation doctor noticed about the image. */
        ImageFinding: {
            readonly id: number;
            /** @description What kind of finding; see yard.datasets.doctor.kinds */
            code: string;
            severity: components["schemas"]["SeverityEnum"];
            message: string;
            shape?: number | null;
        };
        /** @description How many images were not as wanted. */
        ImagesChanged: {
            changed: number;
            /** @description The worker changes these next */
            queued: number;
        };
        /** @description Which images: by id, or all that fit a filter. */
        ImagesChosenRequest: {
            ids?: number[];
            /** @description Query parameters as in the gallery's address */
            filter?: string;
            /** @description With a filter: how many it should find */
            count?: number;
        };
        /** @description How far the deletion is. */
        ImagesDeleted: {
            deleted: number;
            /** @description The worker deletes these next */
            queued: number;
        };
        /** @description Images, and the part they are put into. */
        ImagesPartRequest: {
            ids?: number[];
            /** @description Query parameters as in the gallery's address */
            filter?: string;
            /** @description With a filter: how many it should find */
            count?: number;
            /**
             * @description Empty: into none
             *
             *     * `train` - Train
             *     * `val` - Validation
             *     * `test` - Test
             */
            part: components["schemas"]["SplitPart"] | components["schemas"]["BlankEnum"];
        };
        /** @description Images, and the tag they get or lose. */
        ImagesTagRequest: {
            ids?: number[];
            /** @description Query parameters as in the gallery's address */
            filter?: string;
            /** @description With a filter: how many it should find */
            count?: number;
            label: string;
            /**
             * @description False: the tag is taken off
             * @default true
             */
            present: boolean;
        };
        /** @description An import with its uploads (at most 1000 are listed; unfinished ones first) and, in the end, its report. */
        Import: {
            readonly id: number;
            dataset: number;
            state: components["schemas"]["ImportState"];
            /**
             * Format: double
             * @description 0 to 1
             */
            progress?: number;
            message?: string;
            /** @description It ends as soon as its worker has taken things back */
            readonly cancelling: boolean;
            on_conflict?: components["schemas"]["OnConflictEnum"];
            on_duplicate?: components["schemas"]["OnDuplicateEnum"];
            /** @description The bucket it reads; empty: it takes uploads */
            readonly source: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            finished_at?: string | null;
            report: components["schemas"]["ImportReport"];
            readonly uploads: components["schemas"]["Upload"][];
            readonly upload_count: number;
            /** @description Files it waits for an answer about */
            readonly open_conflicts: number;
        };
        /** @description An import in a list, without its report. */
        ImportBrief: {
            readonly id: number;
            dataset: number;
            state: components["schemas"]["ImportState"];
            /**
             * Format: double
             * @description 0 to 1
             */
            progress?: number;
            message?: string;
            /** @description It ends as soon as its worker has taken things back */
            readonly cancelling: boolean;
            on_conflict?: components["schemas"]["OnConflictEnum"];
            on_duplicate?: components["schemas"]["OnDuplicateEnum"];
            /** @description The bucket it reads; empty: it takes uploads */
            readonly source: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            finished_at?: string | null;
        };
        /** @description An import, and how many of its images there are. */
        ImportBrought: {
            id: number;
            /** Format: date-time */
            created_at: string;
            images: number;
        };
        /** @description Something an import has to say about a line of a file. */
        ImportFinding: {
            severity: components["schemas"]["SeverityEnum"];
            code: string;
            message: string;
            file: string;
            line: number | null;
            column: number | null;
            hint: string;
        };
        /** @description What becomes of files that are there already in one way or the other. */
        ImportOptionsRequest: {
            /**
             * @description A file's name is taken by an image with other content: ask (the import waits for answers), keep the old one, replace it, or rename the new one, so that both stay
             *
             *     * `ask` - Ask
             *     * `keep` - Keep the old one
             *     * `replace` - Replace the old one
             *     * `rename` - Keep both
             * @default rename
             */
            on_conflict: components["schemas"]["OnConflictEnum"];
            /**
             * @description A file's content is there under another name: keep both, or skip the new one
             *
             *     * `keep` - Keep both
             *     * `skip` - Leave it out
             * @default keep
             */
            on_duplicate: components["schemas"]["OnDuplicateEnum"];
        };
        /** @description What became of the files; lists are cut at 1000, ``totals`` has their full lengths. */
        ImportReport: {
            /** @default 0 */
            images: number;
            /** @default 0 */
            added: number;
            /** @default 0 */
            annotated: number;
            /** @default 0 */
            shapes: number;
            /** @default 0 */
            matched: number;
            /** @default 0 */
            turned: number;
            /**
             * @description Files whose content was there under another name
             * @default 0
             */
            duplicates: number;
            /**
             * @description Images that others of the same name replaced
             * @default 0
             */
            replaced: number;
            /**
             * @description Files left out because the old image was to stay
             * @default 0
             */
            kept: number;
            unmatched_images?: components["schemas"]["NameAndWhy"][];
            unmatched_annotations?: components["schemas"]["NameAndWhy"][];
            skipped?: components["schemas"]["NameAndWhy"][];
            findings?: components["schemas"]["ImportFinding"][];
            losses?: components["schemas"]["Loss"][];
            totals?: {
                [key: string]: number;
            };
        };
        /**
         * @description * `uploading` - Uploading
         *     * `asking` - Waits for an answer
         *     * `queued` - Queued
         *     * `running` - Running
         *     * `succeeded` - Succeeded
         *     * `failed` - Failed
         *     * `cancelled` - Cancelled
         * @enum {string}
         */
        ImportState: "uploading" | "asking" | "queued" | "running" | "succeeded" | "failed" | "cancelled";
        /**
         * @description * `labelled` - labelled
         *     * `first` - first
         * @enum {string}
         */
        KeepEnum: "labelled" | "first";
        /** @description A class of a data set. */
        Label: {
            readonly id: number;
            name: string;
            /** @description #rrggbb */
            color: string;
            /** Format: int64 */
            shape_count?: number;
        };
        /** @description A class, and its shapes in both states. */
        LabelChange: {
            name: string;
            before: number;
            after: number;
        };
        /** @description A new class. */
        LabelGivenRequest: {
            name: string;
            /**
             * @description #rrggbb
             * @default
             */
            color: string;
        };
        /** @description The newest version in brief. */
        LatestVersion: {
            id: number;
            number: number;
        };
        /** @description Images that look alike and lie in different parts; the two closest come first, and at most twelve are listed. */
        Leak: {
            kind: components["schemas"]["LeakKindEnum"];
            /** @description In how many of 64 bits the two closest differ */
            bits: number;
            /** @description Images in all */
            count: number;
            /**
             * @description Where most of them are
             *
             *     * `train` - Train
             *     * `val` - Validation
             *     * `test` - Test
             */
            home: components["schemas"]["SplitPart"];
            images: components["schemas"]["LeakImage"][];
        };
        /** @description An image of a leak. */
        LeakImage: {
            id: number;
            name: string;
            part: components["schemas"]["SplitPart"];
            readonly thumbnail_url: string;
        };
        /**
         * @description * `exact` - exact
         *     * `near` - near
         * @enum {string}
         */
        LeakKindEnum: "exact" | "near";
        /** @description What leaks in a split. */
        Leaks: {
            /** @description Leaks in all */
            count: number;
            /** @description Of them with the same file in two parts */
            exact: number;
            /** @description Images concerned */
            images: number;
            /** @description Images that could not be compared yet */
            without_hash: number;
            /** @description The first hundred, the closest first */
            leaks: components["schemas"]["Leak"][];
            /** @description This was found before, and it is compared anew; null: it is the newest */
            pending: components["schemas"]["Pending"] | null;
        };
        /**
         * @description * `ok` - ok
         *     * `warning` - warning
         *     * `failure` - failure
         * @enum {string}
         */
        LevelEnum: "ok" | "warning" | "failure";
        /** @description Lists to fill a split with. */
        ListsRequest: {
            /** Format: int64 */
            revision?: number | null;
            /**
             * @description train, val and test (or eval, validation, …): lists of indexes or names. Indexes count the images in the order of their names, from 0. What else a downloaded document holds is checked too.
             * @example {
             *       "train": [
             *         0,
             *         1,
             *         2
             *       ],
             *       "val": [
             *         3
             *       ],
             *       "test": [
             *         4
             *       ]
             *     }
             */
            lists: {
                [key: string]: unknown;
            };
        };
        /** @description What a translation between formats could not keep: how often, with a few examples. */
        Loss: {
            code: string;
            effect: components["schemas"]["EffectEnum"];
            message: string;
            count: number;
            examples: components["schemas"]["LossExample"][];
        };
        /** @description One place where something was lost. */
        LossExample: {
            file: string;
            line: number | null;
            image: string;
            message: string;
        };
        /** @description What a translation into a format costs; an empty list: nothing. */
        LossReport: {
            format: string;
            image_count: number;
            losses: components["schemas"]["Loss"][];
        };
        /** @description A member of a project. */
        Member: {
            user: components["schemas"]["UserBrief"];
            readonly role: components["schemas"]["MemberRole"];
            /** Format: date-time */
            readonly created_at: string;
        };
        /** @description A user to become a member. */
        MemberInputRequest: {
            username: string;
            role: components["schemas"]["MemberRole"];
        };
        /**
         * @description * `viewer` - Viewer
         *     * `editor` - Editor
         *     * `admin` - Admin
         * @enum {string}
         */
        MemberRole: "viewer" | "editor" | "admin";
        /** @description Which leaks to mend. */
        MendRequest: {
            /** Format: int64 */
            revision?: number | null;
            /**
             * Format: int64
             * @description Only the leak with this image
             */
            image?: number | null;
        };
        /** @description A metric that a run has. */
        MetricKey: {
            readonly name: string;
            readonly point_count: number;
            /** Format: double */
            readonly last_value: number | null;
        };
        /** @description The curves of a run. */
        MetricPoints: {
            series: components["schemas"]["Series"][];
        };
        /** @description A model in a list, with its latest version. */
        Model: {
            readonly id: number;
            readonly name: string;
            readonly description: string;
            readonly project: number;
            latest_version: components["schemas"]["ModelVersionBrief"] | null;
            version_count: number;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
            /** @description What the caller may do with it now */
            readonly can: string[];
        };
        /** @description A model with all its versions. */
        ModelDetail: {
            readonly id: number;
            readonly name: string;
            readonly description: string;
            readonly project: number;
            latest_version: components["schemas"]["ModelVersionBrief"] | null;
            version_count: number;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
            /** @description What the caller may do with it now */
            readonly can: string[];
            versions: components["schemas"]["ModelVersionBrief"][];
        };
        /** @description One file of a version. */
        ModelFile: {
            readonly id: number;
            /** @description Path below the version's folder */
            readonly name: string;
            readonly role: components["schemas"]["ModelFileRole"];
            /** @description pytorch, onnx, tensorrt, tensorflow, … or empty */
            readonly format: string;
            readonly size: number;
            readonly digest: string;
            /** @description ONNX only: "unchecked" until it was compared with the original */
            readonly check_state: string;
        };
        /**
         * @description * `native` - Model in its own format
         *     * `onnx` - ONNX export
         *     * `log` - Training log
         *     * `config` - Config of the training
         *     * `other` - Other
         * @enum {string}
         */
        ModelFileRole: "native" | "onnx" | "log" | "config" | "other";
        /** @description A version with its files, and how it came to be. */
        ModelVersion: {
            readonly id: number;
            readonly number: number;
            model: components["schemas"]["Brief"];
            project: number;
            /** Format: double */
            readonly score: number | null;
            readonly score_name: string;
            class_names: string[];
            /** @description Exact versions of everything that made it */
            metadata: {
                [key: string]: unknown;
            };
            files: components["schemas"]["ModelFile"][];
            /** Format: date-time */
            readonly created_at: string;
            /** @description The run that made it */
            readonly run: components["schemas"]["Brief"] | null;
            /** @description What the caller may do with it now */
            readonly can: string[];
        };
        /** @description A version in a list: its score, and which formats it can be had in. */
        ModelVersionBrief: {
            id: number;
            number: number;
            /** Format: double */
            score: number | null;
            score_name: string;
            /** @description The formats of its model files, each once. */
            readonly formats: string[];
            /** @description Bytes of all files */
            readonly size: number;
            /** Format: date-time */
            created_at: string;
        };
        /** @description Images that are in another part than before; empty: in none. */
        Move: {
            before: components["schemas"]["SplitPart"] | components["schemas"]["BlankEnum"];
            after: components["schemas"]["SplitPart"] | components["schemas"]["BlankEnum"];
            images: number;
        };
        /** @description What became of it. */
        Moved: {
            /** @description Images that were somewhere else before */
            moved: number;
            split: components["schemas"]["Split"];
        };
        /** @description A file or image, and why it is in this list. */
        NameAndWhy: {
            name: string;
            why: string;
        };
        /** @enum {unknown} */
        NullEnum: null;
        /** @description The image that is there. */
        OldImage: {
            id: number;
            /** @description Bytes */
            size: number;
            width: number;
            height: number;
            shape_count: number;
            /** Format: date-time */
            imported_at?: string | null;
            readonly thumbnail_url: string;
        };
        /**
         * @description * `ask` - Ask
         *     * `keep` - Keep the old one
         *     * `replace` - Replace the old one
         *     * `rename` - Keep both
         * @enum {string}
         */
        OnConflictEnum: "ask" | "keep" | "replace" | "rename";
        /**
         * @description * `keep` - Keep both
         *     * `skip` - Leave it out
         * @enum {string}
         */
        OnDuplicateEnum: "keep" | "skip";
        /** @description There is no answer yet; ask again. */
        OnItsWay: {
            pending: components["schemas"]["Pending"];
        };
        /**
         * @description * `user` - By hand
         *     * `run` - For a run
         *     * `repair` - By a repair
         *     * `cvat` - After a pull from CVAT
         * @enum {string}
         */
        OriginEnum: "user" | "run" | "repair" | "cvat";
        /**
         * @description * `ok` - Done
         *     * `refused` - Refused
         *     * `failed` - Failed
         * @enum {string}
         */
        OutcomeEnum: "ok" | "refused" | "failed";
        /** @description A shape for a small picture: with fewer points where they could not be seen, or as its upright rectangle. */
        OverlayShape: {
            id: number;
            kind: components["schemas"]["ShapeKind"];
            label: string;
            geometry: {
                [key: string]: unknown;
            };
            occluded: boolean;
            z_order: number;
        };
        PaginatedAuditList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Audit"][];
        };
        PaginatedChangedList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Changed"][];
        };
        PaginatedConflictList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Conflict"][];
        };
        PaginatedConversionList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Conversion"][];
        };
        PaginatedCvatServerList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["CvatServer"][];
        };
        PaginatedDatasetFindingList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["DatasetFinding"][];
        };
        PaginatedDatasetList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Dataset"][];
        };
        PaginatedDatumListedList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["DatumListed"][];
        };
        PaginatedEventList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Event"][];
        };
        PaginatedHostList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Host"][];
        };
        PaginatedImageList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Image"][];
        };
        PaginatedImportBriefList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["ImportBrief"][];
        };
        PaginatedMemberList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Member"][];
        };
        PaginatedModelList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Model"][];
        };
        PaginatedPinningList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Pinning"][];
        };
        PaginatedProjectList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Project"][];
        };
        PaginatedRepairList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Repair"][];
        };
        PaginatedRestoreList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Restore"][];
        };
        PaginatedRunList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Run"][];
        };
        PaginatedSessionListList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["SessionList"][];
        };
        PaginatedSplitImageList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["SplitImage"][];
        };
        PaginatedSplitList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Split"][];
        };
        PaginatedTemplateBuildList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["TemplateBuild"][];
        };
        PaginatedTemplateList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Template"][];
        };
        PaginatedTokenList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Token"][];
        };
        PaginatedVersionList: {
            /** @example 123 */
            count: number;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=4
             */
            next?: string | null;
            /**
             * Format: uri
             * @example http://api.example.org/accounts/?page=2
             */
            previous?: string | null;
            results: components["schemas"]["Version"][];
        };
        /** @description A change of the caller's password. */
        PasswordRequest: {
            old_password: string;
            new_password: string;
        };
        /** @description What is to be changed of a server. */
        PatchedCvatServerChangeRequest: {
            name?: string;
            address?: string;
            sign_in?: components["schemas"]["CvatSignIn"];
            username?: string;
            /** @description Left out: the one it has */
            secret?: string;
            /** @description Short name; empty: the account's own space */
            organization?: string;
        };
        /** @description What can be changed about a data set by hand. */
        PatchedDatasetUpdateRequest: {
            name?: string;
            description?: string;
        };
        /** @description What can be changed of a class. */
        PatchedLabelChangeRequest: {
            name?: string;
            /** @description #rrggbb */
            color?: string;
        };
        /** @description Another role for a member. */
        PatchedMemberRoleRequest: {
            role?: components["schemas"]["MemberRole"];
        };
        /** @description What may be changed of a model. */
        PatchedModelChangeRequest: {
            name?: string;
            description?: string;
        };
        /** @description A note on a version. */
        PatchedNoteRequest: {
            note?: string;
        };
        /** @description A project to be made or changed. */
        PatchedProjectInputRequest: {
            name?: string;
            description?: string;
        };
        /** @description What may be changed of a run. */
        PatchedRunChangeRequest: {
            name?: string;
        };
        /** @description What can be changed about a split. */
        PatchedSplitUpdateRequest: {
            name?: string;
            /** @description Whether new versions carry it */
            current?: boolean;
            /**
             * Format: int64
             * @description That the caller has seen
             */
            revision?: number | null;
        };
        /** @description What an administrator may change of a template; at least one. */
        PatchedTemplateChangeRequest: {
            allow_network?: boolean;
            allow_root?: boolean;
            allow_fuse?: boolean;
        };
        /** @description How working it out is going. */
        Pending: {
            state: components["schemas"]["WorkState"];
            /**
             * Format: double
             * @description 0 to 1
             */
            progress: number;
            message: string;
        };
        /** @description The making of a version of a large data set. */
        Pinning: {
            readonly id: number;
            readonly dataset: number;
            /** @description That was made */
            readonly version: number | null;
            origin: components["schemas"]["OriginEnum"];
            note?: string;
            state: components["schemas"]["WorkState"];
            /**
             * Format: double
             * @description 0 to 1
             */
            progress?: number;
            message?: string;
            created_by: components["schemas"]["DatasetUser"] | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            finished_at?: string | null;
        };
        /** @description Where an image stands among those that fit. */
        Place: {
            /** @description From 0; null: the image does not fit */
            position: number | null;
            count: number;
            /** @description Id of the image before */
            previous: number | null;
            /** @description Id of the image after */
            next: number | null;
        };
        /** @description Where the middles of shapes lie: [column, row, count] on a map of ``cells`` × ``cells`` over the image. */
        Positions: {
            cells: number;
            counts: number[][];
        };
        /** @description What would come of it; nothing was saved. */
        Preview: {
            /** @description part → images */
            counts: {
                [key: string]: number;
            };
            classes: components["schemas"]["ClassParts"][];
            /** @description How many groups there are; images on their own count too */
            groups: number;
            largest_groups: components["schemas"]["PreviewGroup"][];
            /** @description Images that could not be compared with others yet */
            without_hash: number;
            /** @description What to look at before it is saved */
            notes: string[];
        };
        /** @description One of the largest groups. */
        PreviewGroup: {
            title: string;
            images: number;
            part: components["schemas"]["SplitPart"];
            /** @description Addresses of a few thumbnails */
            examples: string[];
        };
        /** @description A project; ``role`` is the caller's. */
        Project: {
            readonly id: number;
            readonly name: string;
            readonly description: string;
            role: components["schemas"]["MemberRole"];
            member_count: number;
            dataset_count: number;
            run_count: number;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
        };
        /** @description A project to be made or changed. */
        ProjectInputRequest: {
            name: string;
            description?: string;
        };
        /** @description How many executions wait, and how many hold a box, over all projects. */
        Queue: {
            waiting: number;
            running: number;
        };
        /** @description How images are to be dealt out. */
        RecipeRequest: {
            method: components["schemas"]["SplitMethod"];
            /** @description 70, 15 and 15 unless said otherwise */
            shares?: components["schemas"]["SharesRequest"];
            /**
             * Format: int64
             * @description The same seed gives the same parts on every machine
             * @default 42
             */
            seed: number;
            /**
             * @description For the method group
             *
             *     * `folder` - Folder
             *     * `pattern` - Part of the file name
             *     * `cvat_job` - CVAT job
             *     * `near` - Images that look alike
             * @default
             */
            group_by: components["schemas"]["SplitGroupSource"] | components["schemas"]["BlankEnum"];
            /**
             * @description For groups by pattern: a regular expression with a group, searched for in each image's path
             * @default
             */
            pattern: string;
            /** @description Images whose perceptual hashes differ in at most so many of 64 bits stay together; null: never mind */
            near_bits?: number | null;
        };
        /** @description A repair that helps with a kind of finding. */
        Remedy: {
            code: string;
            /** @description The button's words */
            title: string;
            explanation: string;
        };
        /** @description A repair and how far it is. */
        Repair: {
            readonly id: number;
            finding: string;
            repair: string;
            readonly title: string;
            state: components["schemas"]["WorkState"];
            /**
             * Format: double
             * @description 0 to 1
             */
            progress?: number;
            message?: string;
            summary?: string;
            created_by: components["schemas"]["DatasetUser"] | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            finished_at?: string | null;
            /** @description Version */
            before?: number | null;
            /** @description Version */
            after?: number | null;
            /** @description The worker is to take it back */
            undoing?: boolean;
            /** Format: date-time */
            undone_at?: string | null;
            undone_by: components["schemas"]["DatasetUser"] | null;
            readonly can_undo: boolean;
        };
        /** @description What is to be repaired, and how. */
        RepairCreateRequest: {
            /** @description The kind of finding */
            finding: string;
            /** @description One of the kind's repairs */
            repair: string;
            /** @description Ids of the chosen ones; left out: all of the kind that are not marked as intended */
            findings?: number[] | null;
            options?: components["schemas"]["RepairOptionsRequest"];
        };
        /** @description One image before and after; only shapes that change. */
        RepairExample: {
            image: components["schemas"]["FindingImage"];
            before: components["schemas"]["RepairShape"][];
            /** @description null: the image goes */
            after: components["schemas"]["RepairShape"][] | null;
        };
        /** @description What repairs want to know. */
        RepairOptionsRequest: {
            /**
             * Format: int64
             * @description merge_classes: id of the class to keep
             */
            into?: number | null;
            /**
             * @description remove_images, of images that are alike: the one with the most labels, or the first by name
             *
             *     * `labelled` - labelled
             *     * `first` - first
             */
            keep?: components["schemas"]["KeepEnum"];
        };
        /** @description What a repair would change. */
        RepairPreview: {
            summary: string;
            /** @description That are changed or removed */
            images: number;
            /** @description What is counted → how many */
            numbers: {
                [key: string]: number;
            };
            notes: string[];
            examples: components["schemas"]["RepairExample"][];
        };
        /** @description A shape before or after a repair. */
        RepairShape: {
            kind: string;
            label: string;
            geometry: {
                [key: string]: unknown;
            };
        };
        /** @description How to take a repair back. */
        RepairUndoRequest: {
            /**
             * @description Also when later changes go with it
             * @default false
             */
            force: boolean;
        };
        /** @description Resources; sizes in bytes, times in seconds. */
        Requested: {
            /** Format: double */
            cpus: number;
            memory_bytes: number;
            shared_memory_bytes: number;
            gpus: number;
            disk_bytes: number | null;
            time_limit_seconds: number | null;
        };
        /** @description What an execution asked for; sizes in bytes, times in seconds. */
        Resources: {
            /** Format: double */
            cpus: number;
            memory_bytes: number;
            shared_memory_bytes: number;
            gpus: number;
            disk_bytes: number | null;
            time_limit_seconds: number | null;
        };
        /** @description What a run may use; sizes in bytes. What is left out gets its default. */
        ResourcesRequestRequest: {
            /** Format: double */
            cpus?: number;
            /** Format: int64 */
            memory_bytes?: number;
            /** Format: int64 */
            shared_memory_bytes?: number;
            gpus?: number;
            /** Format: int64 */
            disk_bytes?: number | null;
            /** @description Null: no limit */
            time_limit_seconds?: number | null;
        };
        /** @description Bringing the working state back to a version. */
        Restore: {
            readonly id: number;
            readonly dataset: number;
            readonly version: number | null;
            /** @description The version that holds the working state as it was */
            readonly before: number | null;
            state: components["schemas"]["WorkState"];
            /**
             * Format: double
             * @description 0 to 1
             */
            progress?: number;
            message?: string;
            created_by: components["schemas"]["DatasetUser"] | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            finished_at?: string | null;
        };
        /** @description The state of the split that the caller has seen; a later one is a conflict. */
        RevisionRequest: {
            /** Format: int64 */
            revision?: number | null;
        };
        /** @description A run in a list. Needs ``roles`` in its context. */
        Run: {
            readonly id: number;
            readonly name: string;
            readonly project: number;
            state: components["schemas"]["ExecutionState"];
            /** @description Why it is in this state */
            reason: string;
            /** @description From the entrypoint's markers: setup, training, ended */
            readonly phase: string;
            /**
             * Format: double
             * @description 0 to 1
             */
            readonly progress: number | null;
            /** Format: double */
            readonly score: number | null;
            readonly score_name: string;
            dataset: components["schemas"]["RunDataset"];
            template: components["schemas"]["RunTemplate"] | null;
            created_by: components["schemas"]["UserBrief"] | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            /**
             * Format: double
             * @description Seconds in its box so far, or until it ended
             */
            readonly duration: number | null;
            execution: number;
            /** @description What the caller may do with it now */
            readonly can: string[];
        };
        /** @description What is needed to start a run. */
        RunCreateRequest: {
            /** Format: int64 */
            project: number;
            /** Format: int64 */
            dataset: number;
            /**
             * Format: int64
             * @description Id of a version; left out: the data set as it is now
             */
            dataset_version?: number | null;
            /**
             * @description Pull the annotations first when the data set is linked to CVAT and no version is named
             * @default true
             */
            pull: boolean;
            /**
             * Format: int64
             * @description Id of a template version
             */
            template_version: number;
            name?: string;
            config: {
                [key: string]: unknown;
            };
            /** @description Null: no ONNX export */
            export_config?: {
                [key: string]: unknown;
            } | null;
            resources?: components["schemas"]["ResourcesRequestRequest"] | null;
            /**
             * Format: int64
             * @description The run that this one repeats
             */
            parent?: number | null;
            /** @description Your id of this request (or the header Idempotency-Key): sent twice it starts one run */
            request_id?: string;
        };
        /** @description The data set of a run, and the number of the version it uses. */
        RunDataset: {
            id: number;
            name: string;
            /** @description Null while the annotations are being pulled from CVAT */
            readonly version: number | null;
            version_id: number | null;
        };
        /** @description Resources a run gets by default, and the most that some host has. */
        RunDefaults: {
            resources: components["schemas"]["Requested"];
            /** @description Null while no host is known */
            maximum: components["schemas"]["Requested"] | null;
        };
        /** @description A run with everything there is to tell. Needs ``attempt`` and ``roles`` in its context. */
        RunDetail: {
            readonly id: number;
            readonly name: string;
            readonly project: number;
            state: components["schemas"]["ExecutionState"];
            /** @description Why it is in this state */
            reason: string;
            /** @description From the entrypoint's markers: setup, training, ended */
            readonly phase: string;
            /**
             * Format: double
             * @description 0 to 1
             */
            readonly progress: number | null;
            /** Format: double */
            readonly score: number | null;
            readonly score_name: string;
            dataset: components["schemas"]["RunDataset"];
            template: components["schemas"]["RunTemplate"] | null;
            created_by: components["schemas"]["UserBrief"] | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            /**
             * Format: double
             * @description Seconds in its box so far, or until it ended
             */
            readonly duration: number | null;
            execution: number;
            /** @description What the caller may do with it now */
            readonly can: string[];
            dataset_version: number | null;
            template_version: number | null;
            /** @description As submitted */
            config: {
                [key: string]: unknown;
            };
            /** @description The template's; they win over the config */
            presets: {
                [key: string]: unknown;
            };
            /** @description Null: no ONNX export */
            export_config: {
                [key: string]: unknown;
            } | null;
            /** @description What train.py gets: config, overridden by presets */
            readonly merged_config: {
                [key: string]: unknown;
            };
            /** @description The same as one line of arguments */
            readonly arguments: string;
            /** @description Who a failure is due to: user or platform */
            readonly cause: (components["schemas"]["CauseEnum"] | components["schemas"]["NullEnum"]) | null;
            resources: components["schemas"]["Resources"];
            /** @description What it was allowed beyond what every run may: network, root, fuse */
            grants: string[];
            changes: components["schemas"]["StateChange"][];
            readonly attempt: components["schemas"]["Attempt"] | null;
            readonly image: components["schemas"]["RunImage"];
            readonly score_regexp: string;
            /** @description The log line the score was found in */
            readonly score_line: string;
            /** @description Why there is no score */
            readonly score_message: string;
            /** @description Metric → why its pattern is no longer read */
            metric_messages: {
                [key: string]: string;
            };
            outputs: components["schemas"]["RunOutput"][];
            parent: number | null;
            origin: string;
            /**
             * Format: double
             * @description Median seconds of earlier runs of the template
             */
            readonly expected_duration: number | null;
            /** @description The last lines of the log, of a run that failed */
            readonly log_tail: string;
            /** @description A next step, for a run that failed */
            readonly what_to_do: string;
        };
        /** @description The image of a run. */
        RunImage: {
            state: components["schemas"]["RunImageStateEnum"];
            tag: string | null;
            digest: string | null;
            size_bytes: number | null;
            /** @description The build's execution: its state and log */
            execution: number | null;
        };
        /**
         * @description * `none` - None
         *     * `building` - Building
         *     * `ready` - Ready
         *     * `failed` - Failed
         * @enum {string}
         */
        RunImageStateEnum: "none" | "building" | "ready" | "failed";
        /** @description A model version that a run made. */
        RunOutput: {
            model: number;
            model_name: string;
            model_version: number;
            number: number;
            files: components["schemas"]["ModelFile"][];
        };
        /** @description The template of a run, and the number of the version it uses. */
        RunTemplate: {
            id: number;
            provider: string;
            category: string;
            architecture: string;
            version: number;
            version_id: number;
        };
        /** @description Keys that the project has saved, by name. */
        SavedBucket: {
            name: string;
        };
        /** @description A corrected pattern. */
        ScorePatternRequest: {
            score_regexp: string;
        };
        /** @description An image as one of the states has it. */
        Seen: {
            /** @description Its place in the version */
            index: number | null;
            /** @description Its id in the working state */
            image: number | null;
            name: string;
            digest: string;
            size: number;
            width: number;
            height: number;
            split: components["schemas"]["SplitPart"] | components["schemas"]["BlankEnum"];
            labels: {
                [key: string]: number;
            };
            readonly url: string;
            readonly thumbnail_url: string;
            shapes: components["schemas"]["DatumShape"][];
        };
        /** @description A curve, one list per column. */
        Series: {
            name: string;
            steps: number[];
            /** @description Null for NaN */
            values: (number | null)[];
            times: string[];
            sequences: number[];
            /** @description Points stored, before thinning */
            point_count: number;
            /** @description Ask for what comes after it */
            last_sequence: number;
        };
        /** @description Who is signed in; null when nobody is. */
        Session: {
            user: components["schemas"]["SessionUser"] | null;
        };
        /** @description A browser the caller is signed in with. */
        SessionList: {
            readonly id: string;
            /** @description As in "Firefox on Linux" */
            readonly device: string;
            /** @description Where it was last seen */
            readonly address: string;
            /** Format: date-time */
            readonly signed_in_at: string;
            /**
             * Format: date-time
             * @description Noted every few minutes
             */
            readonly last_seen_at: string;
            /** Format: date-time */
            readonly expires_at: string;
            /** @description Whether it is the one that asks */
            readonly current: boolean;
        };
        /** @description The caller herself. */
        SessionUser: {
            readonly id: number;
            /** @description Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only. */
            username: string;
            /** Email address */
            email?: string;
            /**
             * Staff status
             * @description Designates whether the user can log into this admin site.
             */
            is_staff?: boolean;
            readonly bucket: string;
        };
        /**
         * @description * `error` - error
         *     * `warning` - warning
         *     * `info` - info
         * @enum {string}
         */
        SeverityEnum: "error" | "warning" | "info";
        /** @description An annotation; coordinates in pixels of the upright image. */
        Shape: {
            readonly id: number;
            kind: components["schemas"]["ShapeKind"];
            label: string;
            geometry: {
                [key: string]: unknown;
            };
            attributes: {
                [key: string]: string;
            };
            /** Format: int64 */
            z_order?: number;
            occluded?: boolean;
            /** Format: int64 */
            group?: number;
            source?: string;
        };
        /** @description A shape to be saved. With the ``id`` of one that is there, what is left out stays as it is. */
        ShapeGivenRequest: {
            id?: number | null;
            kind?: components["schemas"]["ShapeKind"];
            label?: string;
            geometry?: {
                [key: string]: unknown;
            };
            attributes?: {
                [key: string]: string;
            };
            z_order?: number;
            occluded?: boolean;
            group?: number;
        };
        /**
         * @description * `tag` - Tag
         *     * `box` - Box
         *     * `polygon` - Polygon
         *     * `polyline` - Polyline
         *     * `points` - Points
         *     * `mask` - Mask
         *     * `ellipse` - Ellipse
         *     * `cuboid` - Cuboid
         *     * `skeleton` - Skeleton
         * @enum {string}
         */
        ShapeKind: "tag" | "box" | "polygon" | "polyline" | "points" | "mask" | "ellipse" | "cuboid" | "skeleton";
        /** @description Percent of the images for each part; 100 in all. */
        SharesRequest: {
            /**
             * Format: double
             * @default 0
             */
            train: number;
            /**
             * Format: double
             * @default 0
             */
            val: number;
            /**
             * Format: double
             * @default 0
             */
            test: number;
        };
        /** @description Name and password. */
        SignInRequest: {
            username: string;
            password: string;
        };
        /** @description A named way to deal the images out. */
        Split: {
            readonly id: number;
            name: string;
            method: components["schemas"]["SplitMethod"];
            /** Format: int64 */
            seed?: number | null;
            options: components["schemas"]["SplitOptions"];
            /** @description part → images */
            counts: {
                [key: string]: number;
            };
            /** @description Images in no part */
            readonly without: number;
            /** @description Whether new versions carry it */
            readonly is_current: boolean;
            /**
             * Format: int64
             * @description Moves with every change, so that two at once notice each other
             */
            revision?: number;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
            created_by: components["schemas"]["DatasetUser"] | null;
        };
        /** @description A split to be made. */
        SplitCreateRequest: {
            method: components["schemas"]["SplitMethod"];
            /** @description 70, 15 and 15 unless said otherwise */
            shares?: components["schemas"]["SharesRequest"];
            /**
             * Format: int64
             * @description The same seed gives the same parts on every machine
             * @default 42
             */
            seed: number;
            /**
             * @description For the method group
             *
             *     * `folder` - Folder
             *     * `pattern` - Part of the file name
             *     * `cvat_job` - CVAT job
             *     * `near` - Images that look alike
             * @default
             */
            group_by: components["schemas"]["SplitGroupSource"] | components["schemas"]["BlankEnum"];
            /**
             * @description For groups by pattern: a regular expression with a group, searched for in each image's path
             * @default
             */
            pattern: string;
            /** @description Images whose perceptual hashes differ in at most so many of 64 bits stay together; null: never mind */
            near_bits?: number | null;
            name: string;
            /** @description Whether new versions carry it; null: if the data set has no current split yet */
            current?: boolean | null;
            /**
             * @description For the method lists
             * @example {
             *       "train": [
             *         0,
             *         1,
             *         2
             *       ],
             *       "val": [
             *         3
             *       ],
             *       "test": [
             *         4
             *       ]
             *     }
             */
            lists?: {
                [key: string]: unknown;
            };
        };
        /** @description A split with its classes. */
        SplitDetail: {
            readonly id: number;
            name: string;
            method: components["schemas"]["SplitMethod"];
            /** Format: int64 */
            seed?: number | null;
            options: components["schemas"]["SplitOptions"];
            /** @description part → images */
            counts: {
                [key: string]: number;
            };
            /** @description Images in no part */
            readonly without: number;
            /** @description Whether new versions carry it */
            readonly is_current: boolean;
            /**
             * Format: int64
             * @description Moves with every change, so that two at once notice each other
             */
            revision?: number;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly updated_at: string;
            created_by: components["schemas"]["DatasetUser"] | null;
            readonly classes: components["schemas"]["ClassParts"][];
        };
        /**
         * @description * `folder` - Folder
         *     * `pattern` - Part of the file name
         *     * `cvat_job` - CVAT job
         *     * `near` - Images that look alike
         * @enum {string}
         */
        SplitGroupSource: "folder" | "pattern" | "cvat_job" | "near";
        /** @description An image with its part. */
        SplitImage: {
            readonly id: number;
            name: string;
            /**
             * Format: int64
             * @description Pixels, upright (after EXIF rotation), as shapes are drawn on it
             */
            width: number;
            /** Format: int64 */
            height: number;
            /** @description class → its shapes on this image */
            labels?: unknown;
            part: components["schemas"]["SplitPart"] | components["schemas"]["BlankEnum"];
            readonly thumbnail_url: string;
        };
        /**
         * @description * `random` - Random
         *     * `stratified` - Stratified by class
         *     * `group` - By group
         *     * `lists` - From lists
         *     * `manual` - By hand
         * @enum {string}
         */
        SplitMethod: "random" | "stratified" | "group" | "lists" | "manual";
        /** @description What a split was made by. */
        SplitOptions: {
            shares?: {
                [key: string]: number;
            };
            group_by?: string;
            pattern?: string;
            near_bits?: number | null;
        };
        /**
         * @description * `train` - Train
         *     * `val` - Validation
         *     * `test` - Test
         * @enum {string}
         */
        SplitPart: "train" | "val" | "test";
        /** @description One of the two states. */
        StateBrief: {
            /** @description Empty: the data set as it is now */
            number: number | null;
            image_count: number;
            shape_count: number;
            annotated_count: number;
        };
        /** @description One step in an execution's life. */
        StateChange: {
            from_state?: components["schemas"]["ExecutionState"] | components["schemas"]["BlankEnum"];
            to_state: components["schemas"]["ExecutionState"];
            reason?: string;
            /** Format: date-time */
            at: string;
        };
        /** @description What a data set is made of. */
        Statistics: {
            /** @description The class whose shapes these are; empty: all */
            label: string;
            image_count: number;
            /** @description Of all classes */
            shape_count: number;
            classes: components["schemas"]["ClassFigures"][];
            kinds: {
                [key: string]: number;
            };
            objects_per_image: components["schemas"]["Bars"];
            /** @description Width divided by height */
            shape_aspects: components["schemas"]["Bars"];
            shape_sizes: components["schemas"]["Grid"];
            image_sizes: components["schemas"]["Grid"];
            positions: components["schemas"]["Positions"];
            /** @description These are figures of before, and newer ones are being counted; null: they are the newest */
            pending: components["schemas"]["Pending"] | null;
        };
        /** @description A template in the catalogue. Context: ``verbs`` and ``versions`` (the newest ones by id). */
        Template: {
            readonly id: number;
            provider: string;
            category: string;
            architecture: string;
            readonly bundled: boolean;
            project?: number | null;
            /** @description Runs may reach the network */
            allow_network?: boolean;
            /** @description Runs may change owners and users, as root does */
            allow_root?: boolean;
            /** @description Runs may mount file systems (/dev/fuse, SYS_ADMIN) */
            allow_fuse?: boolean;
            /**
             * Format: int64
             * @description Number of the last version that these hold for; of no effect when bundled
             */
            granted_version?: number | null;
            readonly archived: boolean;
            readonly latest_version: components["schemas"]["TemplateVersionBrief"] | null;
            readonly run_count: number;
            readonly summary: string;
            readonly can: string[];
        };
        /** @description One build of a version's image; ``id`` is its execution's, for log, stream and stop. */
        TemplateBuild: {
            readonly id: number;
            title: string;
            kind: string;
            state?: components["schemas"]["ExecutionState"];
            /** @description Why it is in this state, or what it waits for */
            reason?: string;
            /**
             * @description Who a failure is due to
             *
             *     * `user` - User
             *     * `platform` - Platform
             */
            cause?: components["schemas"]["CauseEnum"] | components["schemas"]["BlankEnum"];
            /** Format: date-time */
            readonly created_at: string;
            /**
             * Format: date-time
             * @description When the box first ran
             */
            started_at?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
            launcher: string;
            tag: string;
            digest: string;
            size_bytes: number;
        };
        /** @description The execution that builds (or built) the image. */
        TemplateBuildStarted: {
            execution: number;
        };
        /** @description A template with its versions, newest first. */
        TemplateDetail: {
            readonly id: number;
            provider: string;
            category: string;
            architecture: string;
            readonly bundled: boolean;
            project?: number | null;
            /** @description Runs may reach the network */
            allow_network?: boolean;
            /** @description Runs may change owners and users, as root does */
            allow_root?: boolean;
            /** @description Runs may mount file systems (/dev/fuse, SYS_ADMIN) */
            allow_fuse?: boolean;
            /**
             * Format: int64
             * @description Number of the last version that these hold for; of no effect when bundled
             */
            granted_version?: number | null;
            readonly archived: boolean;
            readonly latest_version: components["schemas"]["TemplateVersionBrief"] | null;
            readonly run_count: number;
            readonly summary: string;
            readonly can: string[];
            readonly versions: components["schemas"]["TemplateVersionListed"][];
        };
        /** @description The image of a version: where it stands, and the execution that builds or built it. */
        TemplateImage: {
            state: components["schemas"]["TemplateImageState"];
            tag: string | null;
            digest: string | null;
            size_bytes: number | null;
            execution: number | null;
            reason: string;
        };
        /**
         * @description * `none` - none
         *     * `building` - building
         *     * `ready` - ready
         *     * `failed` - failed
         * @enum {string}
         */
        TemplateImageState: "none" | "building" | "ready" | "failed";
        /** @description A version's template, in brief. */
        TemplateName: {
            readonly id: number;
            provider: string;
            category: string;
            architecture: string;
            readonly bundled: boolean;
            project?: number | null;
            /** @description Runs may reach the network */
            allow_network?: boolean;
            /** @description Runs may change owners and users, as root does */
            allow_root?: boolean;
            /** @description Runs may mount file systems (/dev/fuse, SYS_ADMIN) */
            allow_fuse?: boolean;
            /**
             * Format: int64
             * @description Number of the last version that these hold for; of no effect when bundled
             */
            granted_version?: number | null;
        };
        /** @description An upload: the project that will own the template, and the ZIP. */
        TemplateUploadRequest: {
            /** Format: int64 */
            project: number;
            /** Format: binary */
            template_zip: string;
        };
        /** @description A template that was taken in. ``created`` is false when this very content was the newest version already. */
        TemplateUploaded: {
            template: components["schemas"]["TemplateDetail"];
            version: components["schemas"]["TemplateVersionBrief"];
            created: boolean;
            findings: components["schemas"]["Finding"][];
        };
        /** @description A person, in brief. */
        TemplateUser: {
            readonly id: number;
            /** @description Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only. */
            username: string;
        };
        /** @description Everything about one version. Context: ``verbs``. */
        TemplateVersion: {
            readonly id: number;
            /** Format: int64 */
            number: number;
            template: components["schemas"]["TemplateName"];
            config_schema: {
                [key: string]: unknown;
            };
            readonly defaults: {
                [key: string]: unknown;
            };
            presets: {
                [key: string]: unknown;
            };
            score_name: string;
            score_regexp: string;
            model_filepath: string;
            metrics: {
                [key: string]: string;
            };
            readme?: string;
            findings: components["schemas"]["Finding"][];
            task_types: string[];
            /** @description The Dockerfile's FROM */
            base_image?: string;
            dockerfile?: string;
            context_digest: string;
            /** Format: date-time */
            readonly created_at: string;
            created_by: components["schemas"]["TemplateUser"] | null;
            /** @description What its runs may do beyond what every run may */
            readonly grants: components["schemas"]["GrantsEnum"][];
            readonly image: components["schemas"]["TemplateImage"];
            readonly can: string[];
        };
        /** @description A version in a list. */
        TemplateVersionBrief: {
            readonly id: number;
            /** Format: int64 */
            number: number;
            /** Format: date-time */
            readonly created_at: string;
            task_types: string[];
        };
        /** @description A version in the list of its template. */
        TemplateVersionListed: {
            readonly id: number;
            /** Format: int64 */
            number: number;
            /** Format: date-time */
            readonly created_at: string;
            task_types: string[];
            created_by: components["schemas"]["TemplateUser"] | null;
            /** @description The Dockerfile's FROM */
            base_image?: string;
        };
        /** @description A token without its text. */
        Token: {
            readonly id: number;
            readonly name: string;
            /** @description The first characters, to recognise it by */
            readonly prefix: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly last_used_at: string | null;
            /** Format: date-time */
            readonly expires_at: string | null;
            /** Format: date-time */
            readonly revoked_at: string | null;
        };
        /** @description A token just made, with its text, which is shown this once. */
        TokenCreated: {
            readonly id: number;
            readonly name: string;
            /** @description The first characters, to recognise it by */
            readonly prefix: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly last_used_at: string | null;
            /** Format: date-time */
            readonly expires_at: string | null;
            /** Format: date-time */
            readonly revoked_at: string | null;
            /** @description Shown this once; keep it safe. */
            token: string;
        };
        /** @description A token to be made. */
        TokenInputRequest: {
            name: string;
            /** Format: date-time */
            expires_at?: string | null;
        };
        /** @description A file on its way; complete when ``offset`` is ``size``. */
        Upload: {
            /** Format: uuid */
            readonly id: string;
            kind: components["schemas"]["UploadKindEnum"];
            /** @description As the browser named it, folders included */
            name?: string;
            /** @description Bytes; null: the client says so later */
            size: number | null;
            /**
             * Format: int64
             * @description Bytes acknowledged so far
             */
            offset?: number;
            /** @description By which the client knows its files again */
            fingerprint?: string;
        };
        /**
         * @description * `file` - A file
         *     * `bundle` - Many files behind one another
         *     * `part` - A part of a file
         *     * `listing` - The files of a bucket
         * @enum {string}
         */
        UploadKindEnum: "file" | "bundle" | "part" | "listing";
        /** @description A user as others see her. */
        UserBrief: {
            readonly id: number;
            /** @description Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only. */
            username: string;
        };
        /** @description An immutable snapshot of a data set. ``usage`` in the context says how many use it, by version. */
        Version: {
            readonly id: number;
            /** Format: int64 */
            number: number;
            /** @description Of the manifest; the same content has the same */
            digest: string;
            /** Format: int64 */
            image_count: number;
            /** Format: int64 */
            annotated_count: number;
            /** Format: int64 */
            shape_count: number;
            label_counts: {
                [key: string]: number;
            };
            kind_counts: {
                [key: string]: number;
            };
            /** @description Of the split it carries; empty: none */
            split_name?: string;
            /** @description part → images */
            split_counts: {
                [key: string]: number;
            };
            total_bytes: number;
            origin: components["schemas"]["OriginEnum"];
            note?: string;
            /** @description Runs that were made with it; then it cannot be deleted */
            readonly run_count: number;
            /** Format: date-time */
            archived_at?: string | null;
            /** Format: date-time */
            readonly created_at: string;
            created_by: components["schemas"]["DatasetUser"] | null;
        };
        /** @description A version to be made. */
        VersionCreateRequest: {
            /** @default  */
            note: string;
        };
        /** @description A class of a version. Classes are sorted by name, so the index is the same for everybody. */
        VersionLabel: {
            /** @description From 0 */
            index: number;
            name: string;
            shape_count: number;
        };
        /**
         * @description * `queued` - Queued
         *     * `running` - Running
         *     * `succeeded` - Succeeded
         *     * `failed` - Failed
         *     * `cancelled` - Cancelled
         * @enum {string}
         */
        WorkState: "queued" | "running" | "succeeded" | "failed" | "cancelled";
    };
    responses: {
        /** @description The request is not valid */
        Refused400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Nobody is signed in, or the token is not valid */
        Refused401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The caller may not do this */
        Refused403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description There is no such thing, or the caller may not see it */
        Refused404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The state of the object does not allow this now */
        Refused409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The client speaks another version of tus */
        Refused412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body is larger than allowed */
        Refused413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body has a type that is not understood */
        Refused415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Too many requests; try again later */
        Refused429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The bytes do not have the checksum that was sent with them */
        Refused460: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A part of the platform does not answer; try again later */
        Refused503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The platform has no room left */
        Refused507: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    auth_password_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordRequest"];
            };
        };
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    auth_session_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    auth_sessions_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedSessionListList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    auth_sessions_destroy_others: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    auth_sessions_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    auth_sign_in_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Refused400"];
            403: components["responses"]["Refused403"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    auth_sign_out_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    conversions_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedConversionList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    conversions_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversionCreateRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversion"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    conversions_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversion_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversion"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    conversions_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversion_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    conversions_content_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversion_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversion"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    conversions_result_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversion_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    cvat_servers_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CvatServer"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    cvat_servers_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    cvat_servers_partial_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedCvatServerChangeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CvatServer"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    cvat_servers_test_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CvatServer"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_list: {
        parameters: {
            query?: {
                /**
                 * @description Those in use (false, the default), archived ones, any
                 *
                 *     * `false` - Those in use
                 *     * `true` - Archived ones
                 *     * `any` - All
                 */
                archived?: "any" | "false" | "true";
                /**
                 * @description Ordering
                 *
                 *     * `id` - Id
                 *     * `-id` - Id (descending)
                 *     * `name` - Name
                 *     * `-name` - Name (descending)
                 *     * `created_at` - Created at
                 *     * `-created_at` - Created at (descending)
                 *     * `updated_at` - Updated at
                 *     * `-updated_at` - Updated at (descending)
                 *     * `image_count` - Image count
                 *     * `-image_count` - Image count (descending)
                 *     * `shape_count` - Shape count
                 *     * `-shape_count` - Shape count (descending)
                 *     * `total_bytes` - Total bytes
                 *     * `-total_bytes` - Total bytes (descending)
                 */
                ordering?: ("-created_at" | "-id" | "-image_count" | "-name" | "-shape_count" | "-total_bytes" | "-updated_at" | "created_at" | "id" | "image_count" | "name" | "shape_count" | "total_bytes" | "updated_at")[];
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /** @description Of this project */
                project?: number;
                /** @description In name or description */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedDatasetList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DatasetCreateRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_partial_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedDatasetUpdateRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_annotations_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_archive_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_comparing_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparing"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_cvat_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCvat"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_cvat_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_cvat_cancel_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCvat"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_cvat_create_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CvatCreateRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCvat"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_cvat_link_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CvatLinkInputRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCvat"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_cvat_pull_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCvat"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_download_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_examine_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Examination"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_examine_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ExamineRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Examination"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_examine_cancel_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Examination"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_export_retrieve: {
        parameters: {
            query?: {
                /** @description Whether the images come along */
                images?: boolean;
                /**
                 * @description The format's key
                 *
                 *     * `cvat` - cvat
                 *     * `coco` - coco
                 *     * `yolo` - yolo
                 *     * `yolo-segmentation` - yolo-segmentation
                 *     * `yolo-oriented` - yolo-oriented
                 *     * `yolo-darknet` - yolo-darknet
                 *     * `voc` - voc
                 *     * `labelme` - labelme
                 *     * `csv` - csv
                 *     * `folders` - folders
                 *     * `masks` - masks
                 */
                to?: "cvat" | "coco" | "yolo" | "yolo-segmentation" | "yolo-oriented" | "yolo-darknet" | "voc" | "labelme" | "csv" | "folders" | "masks";
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_export_report_retrieve: {
        parameters: {
            query?: {
                /** @description Whether the images come along */
                images?: boolean;
                /**
                 * @description The format's key
                 *
                 *     * `cvat` - cvat
                 *     * `coco` - coco
                 *     * `yolo` - yolo
                 *     * `yolo-segmentation` - yolo-segmentation
                 *     * `yolo-oriented` - yolo-oriented
                 *     * `yolo-darknet` - yolo-darknet
                 *     * `voc` - voc
                 *     * `labelme` - labelme
                 *     * `csv` - csv
                 *     * `folders` - folders
                 *     * `masks` - masks
                 */
                to?: "cvat" | "coco" | "yolo" | "yolo-segmentation" | "yolo-oriented" | "yolo-darknet" | "voc" | "labelme" | "csv" | "folders" | "masks";
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LossReport"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_facets_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Facets"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_findings_list: {
        parameters: {
            query?: {
                /** @description Of this kind */
                code?: string;
                /** @description About this image */
                image?: number;
                /** @description Marked as meant to be so, or not */
                intended?: boolean;
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /**
                 * @description * `error` - error
                 *     * `warning` - warning
                 *     * `info` - info
                 */
                severity?: "error" | "info" | "warning";
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedDatasetFindingList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_findings_intended_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FindingsMarkRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingsMarked"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_gallery_retrieve: {
        parameters: {
            query?: {
                /** @description With any shape or tag, or without */
                annotated?: boolean;
                /** @description … less far to the right */
                center_x_max?: number;
                /** @description With a shape whose centre is so far to the right at least, 0 to 1 of the image's width */
                center_x_min?: number;
                /** @description … less far down */
                center_y_max?: number;
                /** @description With a shape whose centre is so far down at least, 0 to 1 of the image's height */
                center_y_min?: number;
                /** @description Brought by this import */
                dataset_import?: number;
                finding?: string[];
                /** @description Image at most so high */
                height_max?: number;
                /** @description Image at least so high */
                height_min?: number;
                /**
                 * @description With a shape of these kinds
                 *
                 *     * `tag` - Tag
                 *     * `box` - Box
                 *     * `polygon` - Polygon
                 *     * `polyline` - Polyline
                 *     * `points` - Points
                 *     * `mask` - Mask
                 *     * `ellipse` - Ellipse
                 *     * `cuboid` - Cuboid
                 *     * `skeleton` - Skeleton
                 */
                kind?: ("box" | "cuboid" | "ellipse" | "mask" | "points" | "polygon" | "polyline" | "skeleton" | "tag")[];
                label?: string[];
                label_all?: string[];
                label_none?: string[];
                limit?: number;
                /** @description At most so many shapes and tags */
                objects_max?: number;
                /** @description At least so many shapes and tags */
                objects_min?: number;
                offset?: number;
                /**
                 * @description Ordering
                 *
                 *     * `id` - Id
                 *     * `-id` - Id (descending)
                 *     * `name` - Name
                 *     * `-name` - Name (descending)
                 *     * `shape_count` - Shape count
                 *     * `-shape_count` - Shape count (descending)
                 *     * `size` - Size
                 *     * `-size` - Size (descending)
                 *     * `width` - Width
                 *     * `-width` - Width (descending)
                 *     * `height` - Height
                 *     * `-height` - Height (descending)
                 */
                ordering?: ("-height" | "-id" | "-name" | "-shape_count" | "-size" | "-width" | "height" | "id" | "name" | "shape_count" | "size" | "width")[];
                /**
                 * @description In these parts of the current split
                 *
                 *     * `train` - Train
                 *     * `val` - Validation
                 *     * `test` - Test
                 *     * `none` - None
                 */
                part?: ("none" | "test" | "train" | "val")[];
                /** @description In the name */
                search?: string;
                /** @description … less than so much area */
                shape_area_max?: number;
                /** @description With a shape of at least so much area, in square pixels */
                shape_area_min?: number;
                /** @description … less than so many times its height */
                shape_aspect_max?: number;
                /** @description With a shape whose width is at least so many times its height */
                shape_aspect_min?: number;
                /** @description … less than so high */
                shape_height_max?: number;
                /** @description With a shape at least so high */
                shape_height_min?: number;
                /** @description … less than so wide */
                shape_width_max?: number;
                /** @description With a shape at least so wide, in pixels */
                shape_width_min?: number;
                /** @description Whether to send the shapes along */
                shapes?: boolean;
                /** @description Image at most so wide */
                width_max?: number;
                /** @description Image at least so wide, in pixels */
                width_min?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gallery"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_images_list: {
        parameters: {
            query?: {
                /** @description With any shape or tag, or without */
                annotated?: boolean;
                /** @description … less far to the right */
                center_x_max?: number;
                /** @description With a shape whose centre is so far to the right at least, 0 to 1 of the image's width */
                center_x_min?: number;
                /** @description … less far down */
                center_y_max?: number;
                /** @description With a shape whose centre is so far down at least, 0 to 1 of the image's height */
                center_y_min?: number;
                /** @description Brought by this import */
                dataset_import?: number;
                finding?: string[];
                /** @description Image at most so high */
                height_max?: number;
                /** @description Image at least so high */
                height_min?: number;
                /**
                 * @description With a shape of these kinds
                 *
                 *     * `tag` - Tag
                 *     * `box` - Box
                 *     * `polygon` - Polygon
                 *     * `polyline` - Polyline
                 *     * `points` - Points
                 *     * `mask` - Mask
                 *     * `ellipse` - Ellipse
                 *     * `cuboid` - Cuboid
                 *     * `skeleton` - Skeleton
                 */
                kind?: ("box" | "cuboid" | "ellipse" | "mask" | "points" | "polygon" | "polyline" | "skeleton" | "tag")[];
                label?: string[];
                label_all?: string[];
                label_none?: string[];
                /** @description At most so many shapes and tags */
                objects_max?: number;
                /** @description At least so many shapes and tags */
                objects_min?: number;
                /**
                 * @description Ordering
                 *
                 *     * `id` - Id
                 *     * `-id` - Id (descending)
                 *     * `name` - Name
                 *     * `-name` - Name (descending)
                 *     * `shape_count` - Shape count
                 *     * `-shape_count` - Shape count (descending)
                 *     * `size` - Size
                 *     * `-size` - Size (descending)
                 *     * `width` - Width
                 *     * `-width` - Width (descending)
                 *     * `height` - Height
                 *     * `-height` - Height (descending)
                 */
                ordering?: ("-height" | "-id" | "-name" | "-shape_count" | "-size" | "-width" | "height" | "id" | "name" | "shape_count" | "size" | "width")[];
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /**
                 * @description In these parts of the current split
                 *
                 *     * `train` - Train
                 *     * `val` - Validation
                 *     * `test` - Test
                 *     * `none` - None
                 */
                part?: ("none" | "test" | "train" | "val")[];
                /** @description In the name */
                search?: string;
                /** @description … less than so much area */
                shape_area_max?: number;
                /** @description With a shape of at least so much area, in square pixels */
                shape_area_min?: number;
                /** @description … less than so many times its height */
                shape_aspect_max?: number;
                /** @description With a shape whose width is at least so many times its height */
                shape_aspect_min?: number;
                /** @description … less than so high */
                shape_height_max?: number;
                /** @description With a shape at least so high */
                shape_height_min?: number;
                /** @description … less than so wide */
                shape_width_max?: number;
                /** @description With a shape at least so wide, in pixels */
                shape_width_min?: number;
                /** @description Image at most so wide */
                width_max?: number;
                /** @description Image at least so wide, in pixels */
                width_min?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedImageList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_images_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                image_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_images_annotations_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                image_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnnotateRequestRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            /** @description Somebody has changed it meanwhile; `extra` says who and when */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_images_content_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                image_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_images_place_retrieve: {
        parameters: {
            query?: {
                /** @description With any shape or tag, or without */
                annotated?: boolean;
                /** @description … less far to the right */
                center_x_max?: number;
                /** @description With a shape whose centre is so far to the right at least, 0 to 1 of the image's width */
                center_x_min?: number;
                /** @description … less far down */
                center_y_max?: number;
                /** @description With a shape whose centre is so far down at least, 0 to 1 of the image's height */
                center_y_min?: number;
                /** @description Brought by this import */
                dataset_import?: number;
                finding?: string[];
                /** @description Image at most so high */
                height_max?: number;
                /** @description Image at least so high */
                height_min?: number;
                /**
                 * @description With a shape of these kinds
                 *
                 *     * `tag` - Tag
                 *     * `box` - Box
                 *     * `polygon` - Polygon
                 *     * `polyline` - Polyline
                 *     * `points` - Points
                 *     * `mask` - Mask
                 *     * `ellipse` - Ellipse
                 *     * `cuboid` - Cuboid
                 *     * `skeleton` - Skeleton
                 */
                kind?: ("box" | "cuboid" | "ellipse" | "mask" | "points" | "polygon" | "polyline" | "skeleton" | "tag")[];
                label?: string[];
                label_all?: string[];
                label_none?: string[];
                /** @description At most so many shapes and tags */
                objects_max?: number;
                /** @description At least so many shapes and tags */
                objects_min?: number;
                /**
                 * @description Ordering
                 *
                 *     * `id` - Id
                 *     * `-id` - Id (descending)
                 *     * `name` - Name
                 *     * `-name` - Name (descending)
                 *     * `shape_count` - Shape count
                 *     * `-shape_count` - Shape count (descending)
                 *     * `size` - Size
                 *     * `-size` - Size (descending)
                 *     * `width` - Width
                 *     * `-width` - Width (descending)
                 *     * `height` - Height
                 *     * `-height` - Height (descending)
                 */
                ordering?: ("-height" | "-id" | "-name" | "-shape_count" | "-size" | "-width" | "height" | "id" | "name" | "shape_count" | "size" | "width")[];
                /**
                 * @description In these parts of the current split
                 *
                 *     * `train` - Train
                 *     * `val` - Validation
                 *     * `test` - Test
                 *     * `none` - None
                 */
                part?: ("none" | "test" | "train" | "val")[];
                /** @description In the name */
                search?: string;
                /** @description … less than so much area */
                shape_area_max?: number;
                /** @description With a shape of at least so much area, in square pixels */
                shape_area_min?: number;
                /** @description … less than so many times its height */
                shape_aspect_max?: number;
                /** @description With a shape whose width is at least so many times its height */
                shape_aspect_min?: number;
                /** @description … less than so high */
                shape_height_max?: number;
                /** @description With a shape at least so high */
                shape_height_min?: number;
                /** @description … less than so wide */
                shape_width_max?: number;
                /** @description With a shape at least so wide, in pixels */
                shape_width_min?: number;
                /** @description Image at most so wide */
                width_max?: number;
                /** @description Image at least so wide, in pixels */
                width_min?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
                image_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Place"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_images_thumbnail_retrieve: {
        parameters: {
            query?: {
                /** @description Beginning of the image's digest, at least 12 characters */
                of?: string;
            };
            header?: never;
            path: {
                dataset_id: number;
                image_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_images_delete_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ImagesChosenRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagesDeleted"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_images_part_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImagesPartRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagesChanged"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_images_tag_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImagesTagRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagesChanged"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_imports_list: {
        parameters: {
            query?: {
                /**
                 * @description Ordering
                 *
                 *     * `id` - Id
                 *     * `-id` - Id (descending)
                 *     * `created_at` - Created at
                 *     * `-created_at` - Created at (descending)
                 *     * `finished_at` - Finished at
                 *     * `-finished_at` - Finished at (descending)
                 */
                ordering?: ("-created_at" | "-finished_at" | "-id" | "created_at" | "finished_at" | "id")[];
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /**
                 * @description * `uploading` - Uploading
                 *     * `asking` - Waits for an answer
                 *     * `queued` - Queued
                 *     * `running` - Running
                 *     * `succeeded` - Succeeded
                 *     * `failed` - Failed
                 *     * `cancelled` - Cancelled
                 */
                state?: "asking" | "cancelled" | "failed" | "queued" | "running" | "succeeded" | "uploading";
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedImportBriefList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_imports_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ImportOptionsRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_imports_bucket_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BucketImportRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_labels_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Label"][];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_labels_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LabelGivenRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Label"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_labels_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                label_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_labels_partial_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                label_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedLabelChangeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Label"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repair"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_pinnings_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedPinningList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_pinnings_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                pinning_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pinning"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_repairs_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedRepairList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_repairs_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RepairCreateRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repair"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_repairs_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                repair_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repair"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_repairs_undo_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                repair_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RepairUndoRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repair"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_repairs_preview_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RepairCreateRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepairPreview"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_restores_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedRestoreList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_restores_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                restore_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restore"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_saved_buckets_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedBucket"][];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_saved_buckets_destroy: {
        parameters: {
            query: {
                name: string;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_splits_list: {
        parameters: {
            query?: {
                /**
                 * @description * `random` - Random
                 *     * `stratified` - Stratified by class
                 *     * `group` - By group
                 *     * `lists` - From lists
                 *     * `manual` - By hand
                 */
                method?: "group" | "lists" | "manual" | "random" | "stratified";
                /**
                 * @description Ordering
                 *
                 *     * `id` - Id
                 *     * `-id` - Id (descending)
                 *     * `name` - Name
                 *     * `-name` - Name (descending)
                 *     * `created_at` - Created at
                 *     * `-created_at` - Created at (descending)
                 *     * `updated_at` - Updated at
                 *     * `-updated_at` - Updated at (descending)
                 */
                ordering?: ("-created_at" | "-id" | "-name" | "-updated_at" | "created_at" | "id" | "name" | "updated_at")[];
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedSplitList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_splits_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SplitCreateRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SplitDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_splits_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SplitDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_splits_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_splits_partial_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedSplitUpdateRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SplitDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_splits_extend_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RevisionRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Moved"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_splits_leaks_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Leaks"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OnItsWay"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_splits_leaks_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MendRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Moved"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_splits_lists_retrieve: {
        parameters: {
            query?: {
                /** @description What the lists hold; index by default */
                by?: "index" | "name";
                /** @description Only this part, as a bare list */
                part?: "test" | "train" | "val";
            };
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    } | unknown[];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_splits_lists_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ListsRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SplitDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_splits_members_list: {
        parameters: {
            query?: {
                /** @description With any shape or tag, or without */
                annotated?: boolean;
                /** @description … less far to the right */
                center_x_max?: number;
                /** @description With a shape whose centre is so far to the right at least, 0 to 1 of the image's width */
                center_x_min?: number;
                /** @description … less far down */
                center_y_max?: number;
                /** @description With a shape whose centre is so far down at least, 0 to 1 of the image's height */
                center_y_min?: number;
                /** @description Brought by this import */
                dataset_import?: number;
                finding?: string[];
                /** @description Image at most so high */
                height_max?: number;
                /** @description Image at least so high */
                height_min?: number;
                /**
                 * @description With a shape of these kinds
                 *
                 *     * `tag` - Tag
                 *     * `box` - Box
                 *     * `polygon` - Polygon
                 *     * `polyline` - Polyline
                 *     * `points` - Points
                 *     * `mask` - Mask
                 *     * `ellipse` - Ellipse
                 *     * `cuboid` - Cuboid
                 *     * `skeleton` - Skeleton
                 */
                kind?: ("box" | "cuboid" | "ellipse" | "mask" | "points" | "polygon" | "polyline" | "skeleton" | "tag")[];
                label?: string[];
                label_all?: string[];
                label_none?: string[];
                /** @description At most so many shapes and tags */
                objects_max?: number;
                /** @description At least so many shapes and tags */
                objects_min?: number;
                /**
                 * @description Ordering
                 *
                 *     * `id` - Id
                 *     * `-id` - Id (descending)
                 *     * `name` - Name
                 *     * `-name` - Name (descending)
                 *     * `shape_count` - Shape count
                 *     * `-shape_count` - Shape count (descending)
                 *     * `size` - Size
                 *     * `-size` - Size (descending)
                 *     * `width` - Width
                 *     * `-width` - Width (descending)
                 *     * `height` - Height
                 *     * `-height` - Height (descending)
                 */
                ordering?: ("-height" | "-id" | "-name" | "-shape_count" | "-size" | "-width" | "height" | "id" | "name" | "shape_count" | "size" | "width")[];
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /**
                 * @description In this part of the split, or in none
                 *
                 *     * `train` - Train
                 *     * `val` - Validation
                 *     * `test` - Test
                 *     * `none` - None
                 */
                part?: "none" | "test" | "train" | "val";
                /** @description In the name */
                search?: string;
                /** @description … less than so much area */
                shape_area_max?: number;
                /** @description With a shape of at least so much area, in square pixels */
                shape_area_min?: number;
                /** @description … less than so many times its height */
                shape_aspect_max?: number;
                /** @description With a shape whose width is at least so many times its height */
                shape_aspect_min?: number;
                /** @description … less than so high */
                shape_height_max?: number;
                /** @description With a shape at least so high */
                shape_height_min?: number;
                /** @description … less than so wide */
                shape_width_max?: number;
                /** @description With a shape at least so wide, in pixels */
                shape_width_min?: number;
                /** @description Image at most so wide */
                width_max?: number;
                /** @description Image at least so wide, in pixels */
                width_min?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedSplitImageList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_splits_members_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                split_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Moved"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_splits_preview_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecipeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_statistics_retrieve: {
        parameters: {
            query?: {
                /** @description One class */
                label?: string;
                /** @description Its number */
                version?: number | null;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OnItsWay"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_unarchive_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_versions_list: {
        parameters: {
            query?: {
                /**
                 * @description Those in use (false, the default), archived ones, any
                 *
                 *     * `false` - Those in use
                 *     * `true` - Archived ones
                 *     * `any` - All
                 */
                archived?: "any" | "false" | "true";
                /**
                 * @description Ordering
                 *
                 *     * `number` - Number
                 *     * `-number` - Number (descending)
                 *     * `created_at` - Created at
                 *     * `-created_at` - Created at (descending)
                 */
                ordering?: ("-created_at" | "-number" | "created_at" | "number")[];
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedVersionList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["VersionCreateRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pinning"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_versions_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_destroy: {
        parameters: {
            query?: {
                /** @description Also when a repair can then no longer be taken back */
                force?: boolean;
            };
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_versions_partial_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedNoteRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_versions_annotations_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_archive_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_versions_compare_retrieve: {
        parameters: {
            query?: {
                /** @description The number of the version after it, or: working */
                with?: string;
            };
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_compare_images_list: {
        parameters: {
            query: {
                /**
                 * @description * `added` - added
                 *     * `removed` - removed
                 *     * `replaced` - replaced
                 *     * `relabelled` - relabelled
                 *     * `moved` - moved
                 */
                change: "added" | "removed" | "replaced" | "relabelled" | "moved";
                page?: number;
                /** @description At most 500 */
                page_size?: number;
                /** @description The number of the version after it, or: working */
                with?: string;
            };
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedChangedList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_data_list: {
        parameters: {
            query?: {
                /** @description With the shapes of each image */
                annotations?: boolean;
                /** @description With this class */
                label?: string;
                page?: number;
                /** @description At most 500 */
                page_size?: number;
                /** @description In the name */
                search?: string;
                /**
                 * @description In this part; none: in no part
                 *
                 *     * `train` - train
                 *     * `val` - val
                 *     * `test` - test
                 *     * `none` - none
                 */
                split?: "train" | "val" | "test" | "none";
            };
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedDatumListedList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_data_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                index: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Datum"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_data_content_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                index: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_data_thumbnail_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                index: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_download_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_export_retrieve: {
        parameters: {
            query?: {
                /** @description Whether the images come along */
                images?: boolean;
                /**
                 * @description The format's key
                 *
                 *     * `cvat` - cvat
                 *     * `coco` - coco
                 *     * `yolo` - yolo
                 *     * `yolo-segmentation` - yolo-segmentation
                 *     * `yolo-oriented` - yolo-oriented
                 *     * `yolo-darknet` - yolo-darknet
                 *     * `voc` - voc
                 *     * `labelme` - labelme
                 *     * `csv` - csv
                 *     * `folders` - folders
                 *     * `masks` - masks
                 */
                to?: "cvat" | "coco" | "yolo" | "yolo-segmentation" | "yolo-oriented" | "yolo-darknet" | "voc" | "labelme" | "csv" | "folders" | "masks";
            };
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_export_report_retrieve: {
        parameters: {
            query?: {
                /** @description Whether the images come along */
                images?: boolean;
                /**
                 * @description The format's key
                 *
                 *     * `cvat` - cvat
                 *     * `coco` - coco
                 *     * `yolo` - yolo
                 *     * `yolo-segmentation` - yolo-segmentation
                 *     * `yolo-oriented` - yolo-oriented
                 *     * `yolo-darknet` - yolo-darknet
                 *     * `voc` - voc
                 *     * `labelme` - labelme
                 *     * `csv` - csv
                 *     * `folders` - folders
                 *     * `masks` - masks
                 */
                to?: "cvat" | "coco" | "yolo" | "yolo-segmentation" | "yolo-oriented" | "yolo-darknet" | "voc" | "labelme" | "csv" | "folders" | "masks";
            };
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LossReport"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_labels_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionLabel"][];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_manifest_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_records_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_versions_restore_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restore"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_versions_unarchive_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: number;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_convert_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
                target: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["ConvertNowRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description What was lost: JSON of codes and how often */
                    "Trainyard-Losses"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    datasets_convert_formats_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Format"][];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    datasets_formats_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Format"][];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    events_list: {
        parameters: {
            query?: {
                /** @description Only events behind this id */
                after?: number;
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /** @description Only this project's events */
                project?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedEventList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    events_stream_retrieve: {
        parameters: {
            query?: {
                /** @description Only events behind this id */
                after?: number;
                /** @description Only this project's events */
                project?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    executions_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                execution_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    executions_log_retrieve: {
        parameters: {
            query?: {
                /** @description The whole log as a file */
                download?: boolean;
                /** @description Bytes, at most 4 MiB */
                limit?: number;
                /** @description Negative: that far before the end, at a line */
                offset?: number;
            };
            header?: never;
            path: {
                execution_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    executions_log_stream_retrieve: {
        parameters: {
            query?: {
                offset?: number;
            };
            header?: never;
            path: {
                execution_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events `log` and `end` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    executions_stop_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                execution_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    export_config_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportConfig"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    hosts_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedHostList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    imports_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    imports_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    imports_answers_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AnswersRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    imports_cancel_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    imports_conflicts_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedConflictList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    imports_conflicts_thumbnail_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conflict_id: number;
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": string;
                };
            };
            /** @description The caller's copy is still good */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    imports_start_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    imports_uploads_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1.0.0 */
                "Tus-Resumable"?: string;
                /** @description sha1 or sha256, a space, and the digest of this body in base64 */
                "Upload-Checksum"?: string;
                /** @description partial, or final; and the addresses of the parts */
                "Upload-Concat"?: string;
                /** @description 1: the length comes with a later PATCH */
                "Upload-Defer-Length"?: string;
                /** @description The file's bytes; not with Upload-Defer-Length or a final Upload-Concat */
                "Upload-Length"?: string;
                /** @description filename and its name in base64, folders included; bundle: the bytes are a tar of many files; fingerprint: by which the client knows its files again */
                "Upload-Metadata"?: string;
            };
            path: {
                import_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description Where to send the bytes */
                    Location?: string;
                    /** @description Bytes that have arrived */
                    "Upload-Offset"?: string;
                    /** @description Until when an unfinished upload is kept at least */
                    "Upload-Expires"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            460: components["responses"]["Refused460"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    model_versions_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    model_versions_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    model_versions_download: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    model_files_content: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file_id: number;
                version_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    models_list: {
        parameters: {
            query?: {
                /** @description Such as onnx or pytorch */
                file_format?: string;
                /**
                 * @description Sort by
                 *
                 *     * `name` - name
                 *     * `-name` - -name
                 *     * `created_at` - created_at
                 *     * `-created_at` - -created_at
                 *     * `updated_at` - updated_at
                 *     * `-updated_at` - -updated_at
                 *     * `score` - score
                 *     * `-score` - -score
                 */
                ordering?: "-created_at" | "-name" | "-score" | "-updated_at" | "created_at" | "name" | "score" | "updated_at";
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                project?: number;
                /** @description In name and description */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedModelList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    models_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    models_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    models_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedModelChangeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    platform_doctor_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diagnosis"][];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    projects_list: {
        parameters: {
            query?: {
                /** @description Which field to use when ordering the results. */
                ordering?: string;
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /** @description Part of the name or description */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedProjectList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    projects_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectInputRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    projects_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    projects_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    projects_partial_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedProjectInputRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    projects_audit_list: {
        parameters: {
            query?: {
                /** @description As in token.created; model. finds all that begin so */
                action?: string;
                /** @description User name */
                actor?: string;
                object_id?: string;
                object_type?: string;
                /**
                 * @description * `ok` - Done
                 *     * `refused` - Refused
                 *     * `failed` - Failed
                 */
                outcome?: "failed" | "ok" | "refused";
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                since?: string;
                until?: string;
            };
            header?: never;
            path: {
                project_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedAuditList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    projects_cvat_servers_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                project_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedCvatServerList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    projects_cvat_servers_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CvatServerInputRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CvatServer"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    projects_members_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                project_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedMemberList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    projects_members_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberInputRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    projects_members_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    projects_members_partial_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: number;
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedMemberRoleRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    runs_list: {
        parameters: {
            query?: {
                created_after?: string;
                created_before?: string;
                /** @description Id of a data set */
                dataset?: number;
                /**
                 * @description Sort by
                 *
                 *     * `name` - name
                 *     * `-name` - -name
                 *     * `created_at` - created_at
                 *     * `-created_at` - -created_at
                 *     * `started_at` - started_at
                 *     * `-started_at` - -started_at
                 *     * `finished_at` - finished_at
                 *     * `-finished_at` - -finished_at
                 *     * `score` - score
                 *     * `-score` - -score
                 *     * `duration` - duration
                 *     * `-duration` - -duration
                 *     * `state` - state
                 *     * `-state` - -state
                 *     * `template` - template
                 *     * `-template` - -template
                 *     * `dataset` - dataset
                 *     * `-dataset` - -dataset
                 */
                ordering?: "-created_at" | "-dataset" | "-duration" | "-finished_at" | "-name" | "-score" | "-started_at" | "-state" | "-template" | "created_at" | "dataset" | "duration" | "finished_at" | "name" | "score" | "started_at" | "state" | "template";
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /** @description Runs that repeat this one */
                parent?: number;
                project?: number;
                /** @description Name, data set, template, starter, or id */
                search?: string;
                /**
                 * @description May be given several times; also active and ended
                 *
                 *     * `queued` - Queued
                 *     * `building` - Building
                 *     * `waiting` - Waiting
                 *     * `starting` - Starting
                 *     * `running` - Running
                 *     * `stopping` - Stopping
                 *     * `collecting` - Collecting
                 *     * `succeeded` - Succeeded
                 *     * `failed` - Failed
                 *     * `stopped` - Stopped
                 *     * `lost` - Lost
                 *     * `active` - Any that has not ended
                 *     * `ended` - Any that has ended
                 */
                state?: ("active" | "building" | "collecting" | "ended" | "failed" | "lost" | "queued" | "running" | "starting" | "stopped" | "stopping" | "succeeded" | "waiting")[];
                /** @description Id of a template */
                template?: number;
                template_version?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedRunList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    runs_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your id of this request: sent twice it starts one run */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunCreateRequest"];
            };
        };
        responses: {
            /** @description The run that the same request made before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    runs_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    runs_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone; the models it made stay */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    runs_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedRunChangeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    runs_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricKey"][];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    runs_metric_points: {
        parameters: {
            query?: {
                after?: number;
                max_points?: number;
                /** @description Names, separated by commas; left out: all */
                names?: string;
            };
            header?: never;
            path: {
                run_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricPoints"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    runs_score: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScorePatternRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    runs_stop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    runs_defaults: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDefaults"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    template_versions_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateVersion"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    template_versions_build_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateBuildStarted"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    template_versions_builds_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path: {
                version_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedTemplateBuildList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    template_versions_download_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    template_versions_validate_config_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfigToCheckRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigChecked"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    templates_list: {
        parameters: {
            query?: {
                architecture?: string;
                /** @description Also lists deleted ones that have runs */
                archived?: boolean;
                bundled?: boolean;
                category?: string;
                /** @description Which field to use when ordering the results. */
                ordering?: string;
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
                /** @description Also lists bundled ones */
                project?: number;
                provider?: string;
                /** @description A search term. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedTemplateList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    templates_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    templates_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    templates_partial_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedTemplateChangeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateDetail"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    templates_upload_create: {
        parameters: {
            query?: {
                /** @description Given here too, it is checked before the ZIP is read */
                project?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["TemplateUploadRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateUploaded"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    tokens_list: {
        parameters: {
            query?: {
                /** @description A page number within the paginated result set. */
                page?: number;
                /** @description Number of results to return per page. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaginatedTokenList"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
        };
    };
    tokens_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenInputRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenCreated"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    tokens_destroy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            429: components["responses"]["Refused429"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    uploads_retrieve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            412: components["responses"]["Refused412"];
            429: components["responses"]["Refused429"];
            460: components["responses"]["Refused460"];
            503: components["responses"]["Refused503"];
        };
    };
    uploads_destroy: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1.0.0 */
                "Tus-Resumable"?: string;
            };
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            429: components["responses"]["Refused429"];
            460: components["responses"]["Refused460"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    uploads_partial_update: {
        parameters: {
            query?: never;
            header: {
                /** @description 1.0.0 */
                "Tus-Resumable"?: string;
                /** @description sha1 or sha256, a space, and the digest of this body in base64 */
                "Upload-Checksum"?: string;
                /** @description The file's bytes, where they were not known at first */
                "Upload-Length"?: string;
                /** @description Where these bytes begin; must be where the upload ends */
                "Upload-Offset": string;
            };
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    /** @description Bytes that have arrived now */
                    "Upload-Offset"?: string;
                    /** @description Until when an unfinished upload is kept at least */
                    "Upload-Expires"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            429: components["responses"]["Refused429"];
            460: components["responses"]["Refused460"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
}
