use captely_testkit::{assert_prepares, both_dbs};

use crate::desk::migrations;

both_dbs! {
    migrations = &migrations();

    async fn both_databases_prepare_them(db) {
        assert_prepares(&db, &captely_imports::statements()).await;
    }
}
