package numbers;

import static numbers.Types.nameOf;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds where a file decides the status or the retry of a failure. The signs belong to the world before the refactoring,
 * where a failure was made of a status, a type and flags, and to the one behind it, where its kind has all of them:
 *
 * <ul>
 * <li>a number of HTTP's error statuses, 400 and above: who chooses or compares one decides;
 * <li>a failure that is made, by its constructor or its class, of anything but a kind that is written there:
 * {@code new GatewayFault(503, …)} and {@code UpstreamFault.busy(…)} decide, {@code Failure.of(Kind.BUSY, …)} only says
 * what happened;
 * <li>a call that looks a status or type up, or asks whether to go on: {@code typeOf}, {@code mayFailOver}, {@code isBusy}
 * and what else they might be called;
 * <li>the {@code kind()} or {@code status()} of something, in a file that knows a failure, unless it is only handed on as
 * an argument or into a text, or a kind is asked what follows from it: {@code failure.kind().counts()};
 * <li>a comparison with a constant of a failure's kind.
 * </ul>
 */
final class Decisions extends TreePathScanner<Void, Void> {

    private static final Pattern ASKING = Pattern.compile("typeOf|statusOf|kindOf|retryable"
            + "|(may|can|is|was|does|worth)\\w*(FailOver|Failover|MoveOn|Retry|Retried|Retryable|Busy|Transient|Outage|Blame\\w*)");
    private static final Pattern LOOKING_UP = Pattern.compile("contains|containsKey|equals|get|getOrDefault");
    /** The registered ones, and those of proxies and of Anthropic. */
    private static final Pattern ERROR_STATUS = Pattern.compile("4[0-3]\\d|451|499|50\\d|51[01]|52\\d");
    private static final Pattern MEASURE = Pattern.compile(
            "(?i).*(max|min|most|least|largest|smallest|longest|limit|depth|size|length|capacity|millis).*");
    private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9_]*");

    private final Types types;
    private final CompilationUnitTree unit;
    private final String file;
    private final Found found;
    private final boolean knowsFailures;

    Decisions(Types types, CompilationUnitTree unit, String file, Found found) {
        this.types = types;
        this.unit = unit;
        this.file = file;
        this.found = found;
        this.knowsFailures = Boolean.TRUE.equals(new NamesFailure().scan(unit, null));
    }

    private void decides(Tree tree) {
        found.add(Row.DECIDE, file, unit, tree);
    }

    @Override
    public Void visitLiteral(LiteralTree literal, Void nothing) {
        if (literal.getKind() == Kind.INT_LITERAL && ERROR_STATUS.matcher(literal.getValue().toString()).matches()
                && !isMeasure() && !isStatusOfOwnPage()) {
            decides(literal);
        }
        return super.visitLiteral(literal, nothing);
    }

    /** Whether the number is a length of time or a size. */
    private boolean isMeasure() {
        Tree parent = getCurrentPath().getParentPath().getLeaf();
        if (parent instanceof VariableTree variable) {
            return MEASURE.matcher(variable.getName()).matches();
        }
        return parent instanceof MethodInvocationTree call && call.getMethodSelect().toString().contains("Duration.of");
    }

    /** Whether the number is the status of a page about the gateway itself, such as its health: no failure of a call. */
    private boolean isStatusOfOwnPage() {
        TreePath path = getCurrentPath().getParentPath();
        while (path.getLeaf() instanceof ConditionalExpressionTree || path.getLeaf() instanceof ParenthesizedTree) {
            path = path.getParentPath();
        }
        return path.getLeaf().toString().contains("HTTP_RESPONSE_CODE");
    }

    @Override
    public Void visitNewClass(NewClassTree made, Void nothing) {
        if (types.isFailure(nameOf(made.getIdentifier())) && !namesKind(made.getArguments())) {
            decides(made);
        }
        return super.visitNewClass(made, nothing);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
        boolean asks = ASKING.matcher(nameOf(call.getMethodSelect())).matches();
        boolean makes = isFactory(call) && !namesKind(call.getArguments());
        boolean reads = isStatusOrKind(call) && !isHandedOn(call);
        if (asks || makes || reads) {
            decides(call);
        }
        return super.visitMethodInvocation(call, nothing);
    }

    /**
     * Whether the call makes a failure of something that was worked out. Where failures have kinds, only a kind can be that:
     * {@code Failure.clientGone()} says what happened, and {@code Failure.from(cause)} finds what somebody else said.
     */
    private boolean isFactory(MethodInvocationTree call) {
        return call.getMethodSelect() instanceof MemberSelectTree select && types.isFailure(nameOf(select.getExpression()))
                && !(nameOf(select.getExpression()).equals("Failure") && nameOf(select).matches("from|clientGone"));
    }

    private static boolean namesKind(List<? extends ExpressionTree> arguments) {
        return !arguments.isEmpty() && CONSTANT.matcher(nameOf(arguments.get(0))).matches();
    }

    private boolean isStatusOrKind(MethodInvocationTree call) {
        return knowsFailures && call.getArguments().isEmpty() && nameOf(call.getMethodSelect()).matches("status|kind");
    }

    private boolean isHandedOn(MethodInvocationTree call) {
        Tree parent = getCurrentPath().getParentPath().getLeaf();
        if (parent instanceof MethodInvocationTree outer) {
            return outer.getArguments().contains(call) && !LOOKING_UP.matcher(nameOf(outer.getMethodSelect())).matches();
        }
        if (parent instanceof MemberSelectTree asked) {
            return nameOf(call.getMethodSelect()).equals("kind") && !LOOKING_UP.matcher(nameOf(asked)).matches();
        }
        return parent instanceof NewClassTree || parent.getKind() == Kind.PLUS;
    }

    @Override
    public Void visitBinary(BinaryTree binary, Void nothing) {
        boolean compares = binary.getKind() == Kind.EQUAL_TO || binary.getKind() == Kind.NOT_EQUAL_TO;
        if (compares && (isKindConstant(binary.getLeftOperand()) || isKindConstant(binary.getRightOperand()))) {
            decides(binary);
        }
        return super.visitBinary(binary, nothing);
    }

    private boolean isKindConstant(ExpressionTree side) {
        return knowsFailures && side instanceof MemberSelectTree select
                && nameOf(select.getExpression()).matches("Kind|FailureKind");
    }

    /** Whether a file names a failure's class, be it its own or in an import. */
    private final class NamesFailure extends TreeScanner<Boolean, Void> {

        @Override
        public Boolean visitClass(ClassTree type, Void nothing) {
            return reduce(types.isFailure(type.getSimpleName().toString()), super.visitClass(type, nothing));
        }

        @Override
        public Boolean visitIdentifier(IdentifierTree identifier, Void nothing) {
            return types.isFailure(identifier.getName().toString());
        }

        @Override
        public Boolean visitMemberSelect(MemberSelectTree select, Void nothing) {
            return reduce(types.isFailure(nameOf(select)), super.visitMemberSelect(select, nothing));
        }

        @Override
        public Boolean reduce(Boolean one, Boolean other) {
            return Boolean.TRUE.equals(one) || Boolean.TRUE.equals(other);
        }
    }
}
