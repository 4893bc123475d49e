package cn.unionecard.gateway.definitions;

/**
 * The statements about definitions. {@link #LEARN} is a lane's: it walks indexes only, like those
 * of a flight, and is one snapshot. The others are those of a node's check.
 */
public final class DefinitionsSql {
  private DefinitionsSql() {}

  /** Version, what is pruned, and kind and row of one change, or nulls where there is none. */
  public static final String CHANGES_NUMBERS = "ARRAY[d.version, d.pruned, c.kind, c.id]";

  /**
   * One row at least, and one for each change after a version.
   *
   * @param parameter the number of the parameter that is the version
   */
  public static String changes(int parameter) {
    return """
        FROM definitions d
        LEFT JOIN LATERAL (
          SELECT kind, id FROM definition_change
          WHERE definition_change.version > $"""
        + parameter
        + "::bigint LIMIT "
        + Changes.MOST
        + ") c ON true WHERE d.one\n";
  }

  /** What a row of {@link #LEARN} is about: its first column. */
  static final short CHANGES = 1;

  static final short TERMINAL = 2;
  static final short MERCHANT = 3;
  static final short ORGANISATION = 4;
  static final short CAMPAIGN = 5;

  // What the driver might not be able to decode comes as null.
  private static final String PATH =
      "CASE WHEN array_ndims(path) = 1 AND array_position(path, NULL) IS NULL THEN path END";

  private static final String EVER_RAN =
      "(status IN ('DRAFT', 'SUBMITTED', 'APPROVED')) IS NOT TRUE";

  private static final String CAMPAIGN_NUMBERS =
      """
      ARRAY[id::bigint,
        CASE WHEN isfinite(starts_at)
          THEN floor(extract(epoch FROM starts_at) * 1000)::bigint END,
        CASE WHEN isfinite(ends_at) THEN floor(extract(epoch FROM ends_at) * 1000)::bigint END]
      """;
  private static final String CAMPAIGN_TEXTS =
      """
      ARRAY[code, public_name, status,
        CASE WHEN octet_length(rule::text) <= 1048576 THEN rule::text END, grants::text,
        narrowed::text]
      """;

  /**
   * What changed after the version $1; the terminals of the numbers $2, with their merchants; the
   * merchants $3, with who authorised them and those; the organisations $4; the campaigns in the
   * state $5, of the rows $6 and of the codes $7. Every row is one fact: what it is about, numbers,
   * texts.
   */
  public static final String LEARN =
      """
      WITH terminals AS MATERIALIZED (
        SELECT t.* FROM unnest($2::text[]) AS want (number)
        CROSS JOIN LATERAL (
          SELECT id, merchant, terminal_no, scene FROM terminal
          WHERE terminal_no = want.number::bpchar LIMIT 1) t),
      merchants AS MATERIALIZED (
        SELECT m.* FROM (SELECT merchant AS id FROM terminals UNION SELECT unnest($3::int[])) want
        CROSS JOIN LATERAL (
          SELECT id, authorising_org, merchant_no, name, category FROM merchant
          WHERE merchant.id = want.id LIMIT 1) m)
      SELECT 1::smallint,
      """
          + CHANGES_NUMBERS
          + ", NULL::text[] "
          + changes(1)
          + """
      UNION ALL
      SELECT 2::smallint, ARRAY[id, merchant]::bigint[], ARRAY[terminal_no, scene]::text[] FROM terminals
      UNION ALL
      SELECT 3::smallint, ARRAY[id, authorising_org]::bigint[], ARRAY[merchant_no, name, category]
      FROM merchants
      UNION ALL
      SELECT 4::smallint, ARRAY[want.id]::bigint[] || o.path::bigint[], NULL
      FROM (SELECT authorising_org AS id FROM merchants UNION SELECT unnest($4::int[])) want
      CROSS JOIN LATERAL (
        SELECT\s"""
          + PATH
          + """
       AS path FROM org WHERE org.id = want.id LIMIT 1) o
      UNION ALL
      SELECT 5::smallint,
      """
          + CAMPAIGN_NUMBERS
          + ", "
          + CAMPAIGN_TEXTS
          + "FROM campaign WHERE status = $5::text UNION ALL "
          + campaigns("unnest($6::int[])", "id")
          + " UNION ALL "
          + campaigns("unnest($7::text[])", "code");

  private static String campaigns(String wanted, String key) {
    return "SELECT 5::smallint, c.* FROM "
        + wanted
        + " AS want (key) CROSS JOIN LATERAL (SELECT "
        + CAMPAIGN_NUMBERS
        + ", "
        + CAMPAIGN_TEXTS
        + " FROM campaign WHERE campaign."
        + key
        + " = want.key AND "
        + EVER_RAN
        + " LIMIT 1) c";
  }

  // ---- the node's check

  /** So many of a kind that cannot be understood are told. */
  static final int TOLD_MAX = 1_000;

  /** So many campaigns are read at once. */
  static final int CAMPAIGNS_AT_ONCE = 100;

  /** What changed after the version $1. */
  static final String CHANGED = "SELECT " + CHANGES_NUMBERS + " " + changes(1);

  private static final String MERCHANT_LACKS =
      """
      merchant_no::text AS name,
        CASE WHEN merchant_no IS NULL THEN 'merchant_no' WHEN name IS NULL THEN 'name'
          WHEN category IS NULL THEN 'category'
          WHEN authorising_org IS NULL THEN 'authorising_org' END AS lacks
      FROM merchant""";

  private static final String TERMINAL_LACKS =
      """
      terminal_no::text AS name,
        CASE WHEN terminal_no IS NULL THEN 'terminal_no' WHEN merchant IS NULL THEN 'merchant'
          WHEN (scene IN ('OFFLINE_POS', 'QR_STATIC', 'ONLINE_MALL')) IS NOT TRUE THEN 'scene' END
          AS lacks
      FROM terminal""";

  private static final String ORG_LACKS =
      "code AS name, CASE WHEN (" + PATH + ") IS NULL THEN 'path' END AS lacks FROM org";

  /** Which rows of a table have no usable value, and what of them: all, or those of $1. */
  static String lacking(Change.Kind kind, boolean all) {
    String lacks =
        switch (kind) {
          case MERCHANT -> MERCHANT_LACKS;
          case TERMINAL -> TERMINAL_LACKS;
          case ORGANISATION -> ORG_LACKS;
          case CAMPAIGN -> throw new IllegalArgumentException("a campaign is more than columns");
        };
    return "SELECT * FROM (SELECT id, "
        + lacks
        + (all ? "" : " WHERE id = ANY ($1::int[])")
        + ") r WHERE lacks IS NOT NULL LIMIT "
        + TOLD_MAX;
  }

  /** The campaigns of the rows $1, as {@link #LEARN} gives them. */
  static final String CAMPAIGNS = campaigns("unnest($1::int[])", "id");

  /** The next campaigns behind the row $1, by row. */
  static final String CAMPAIGNS_FROM =
      "SELECT 5::smallint, "
          + CAMPAIGN_NUMBERS
          + ", "
          + CAMPAIGN_TEXTS
          + " FROM campaign WHERE id > $1::int AND "
          + EVER_RAN
          + " ORDER BY id LIMIT "
          + CAMPAIGNS_AT_ONCE;
}
