package numbers;

/** What is counted, what it was at commit d20f2d7, and what it is to be. */
enum Row {
    /** A file outside a directory {@code provider} counts if its code names one of them. */
    PROVIDERS("files outside `provider/` whose code holds databricks, openrouter or litellm", "41", "<= 5"),
    /** A file counts if it has one of the signs of {@link Decisions}. */
    DECIDE("files that decide status or retry of a failure", "47", "<= 8"),
    /** A file counts if its code has such a name or string. */
    RETRY("files that speak of retry-after or should-retry", "16", "<= 8"),
    /** An exception that carries a status or a kind, or extends one that does, unless it is private. */
    EXCEPTIONS("exception types of a failure", "6", "<= 2"),
    /** A boolean field of such an exception, or of a class whose name ends in Failure, Fault or Refusal. */
    FLAGS("boolean flags of a failure", "5", "0"),
    /** A question for null put to what they return, directly or by a local variable that holds it. */
    NULLS("`== null` or `!= null` asked of `translation()`, `dialect()`, `message()`, `stream()`, `relay()`, `answer()`",
            "18", "0"),
    /** A field, neither final nor static, of the top-level class of a call, or of a part it fell into. */
    MUTABLE("mutable fields of what travels", "14", "<= 4"),
    PUBLIC("public top-level types", "146", "<= 80"),
    /** 1, and 1 more for each if, loop, case, catch, ternary, && and ||; a lambda belongs to the method it stands in. */
    COMPLEX("methods of cyclomatic complexity >= 12", "31", "<= 10"),
    TERNARIES("ternaries per thousand code lines", "34.5", "<= 12"),
    LOGIC("`&&` and `||` per thousand code lines", "59.5", "<= 32"),
    LONGEST("longest file (lines)", "300", "<= 300"),
    /** Counted by a test. */
    SAME_KIND("the same error through every client format: same kind", "not tested", "all");

    final String words;
    final String begun;
    final String aim;

    Row(String words, String begun, String aim) {
        this.words = words;
        this.begun = begun;
        this.aim = aim;
    }
}
