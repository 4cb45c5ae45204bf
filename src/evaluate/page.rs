//! The report as one HTML page: figures, plots and tables, with nothing to load from anywhere.

use askama::Template;
use plotters::{
    coord::Shift,
    drawing::DrawingAreaErrorKind,
    prelude::{
        ChartBuilder, Circle, DrawingArea, IntoDrawingArea as _, IntoFont as _, LineSeries,
        PathElement, RGBColor, SVGBackend, WHITE,
    },
    style::{Color as _, ShapeStyle},
};

use super::{
    bootstrap::Figure,
    calibration::Reliability,
    figures::FIGURES,
    metrics::CurvePoint,
    ordinary::OrdinaryReport,
    report::{Confusion, Report, SliceReport, interval, shown},
    robustness::{EvasionReport, RobustnessReport, STRENGTHS},
};

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// A plot failed.
    #[error("cannot draw `{plot}`: {reason}")]
    Plot {
        /// What it shows.
        plot: &'static str,
        /// What the drawing library said.
        reason: String,
    },
    /// The page could not be filled in.
    #[error("cannot fill in the page")]
    Template(#[from] askama::Error),
}

/// Blue and orange: told apart by everyone who sees colours, and by lightness.
const LINE: RGBColor = RGBColor(0, 90, 156);
const SECOND: RGBColor = RGBColor(200, 90, 0);
const GUIDE: RGBColor = RGBColor(170, 170, 170);
const INK: RGBColor = RGBColor(40, 40, 40);

#[derive(Template)]
#[template(path = "evaluate/page.html")]
struct Page<'a> {
    title: &'a str,
    report: &'a Report,
    figures: Vec<(&'static str, &'static str, String)>,
    missed: String,
    score_plot: String,
    reliability_plot: String,
    budget_plot: String,
    indicators: Vec<IndicatorRow<'a>>,
    slices: Vec<SliceRow>,
    tables: [ConfusionTable; 2],
    robustness: Option<RobustnessView<'a>>,
    ordinary: Vec<OrdinaryRow<'a>>,
}

struct IndicatorRow<'a> {
    id: &'a str,
    precision: String,
    recall: String,
    f1: String,
    hits: u64,
    false_alarms: u64,
    misses: u64,
    threshold: String,
    plot: String,
}

struct SliceRow {
    name: String,
    posts: u64,
    cells: Vec<String>,
}

/// Columns of the table of slices.
const SLICE_FIGURES: [(&str, &str); 6] = [
    ("elevated_found", "elevated found"),
    ("high_found", "high found"),
    ("low_raised", "low raised"),
    ("not_ad_flagged", "not ad flagged"),
    ("indicator_micro_f1", "micro-F1"),
    ("text_type_accuracy", "text type"),
];

struct ConfusionTable {
    title: &'static str,
    columns: Vec<String>,
    /// Label, and for each column the count and the share of its row in tenths.
    rows: Vec<(String, Vec<(u64, u64)>)>,
}

struct RobustnessView<'a> {
    plot: String,
    report: &'a RobustnessReport,
    evasion: Vec<EvasionRow<'a>>,
}

struct EvasionRow<'a> {
    name: &'a str,
    is_promised: bool,
    /// Share found at each strength, and share with the same outcome at full strength.
    found: Vec<String>,
    same: String,
}

struct OrdinaryRow<'a> {
    file: &'a OrdinaryReport,
    raised: String,
    high: String,
    distress: String,
    auroc: String,
}

/// The page of `report` under `title`.
///
/// # Errors
///
/// When a plot cannot be drawn.
pub fn page(report: &Report, title: &str) -> Result<String, PageError> {
    let figure = |name: &str| interval(report.figures.get(name).copied().unwrap_or_default());
    let figures = FIGURES.iter().map(|info| (info.name, info.title, figure(info.name))).collect();
    let missed = &report.missed;
    let page = Page {
        title,
        report,
        figures,
        missed: format!(
            "{} of {} groups labelled high or above are not raised; with 95 % confidence at most {} \
             of such groups are missed. Of {} groups that are not raised, {} hold a post labelled \
             high or above: at most {}.",
            missed.of_high.part,
            missed.of_high.whole,
            percent(missed.of_high_bound),
            missed.of_unseen.whole,
            missed.of_unseen.part,
            percent(missed.of_unseen_bound)
        ),
        score_plot: curve_plot(
            "precision and recall of the score",
            &report.score_curve,
            (420, 320),
        )?,
        reliability_plot: reliability_plot(
            &report.calibration.score,
            &report.calibration.indicators,
        )?,
        budget_plot: if report.ordinary.is_empty() {
            String::new()
        } else {
            budget_plot(&report.ordinary)?
        },
        indicators: indicator_rows(report)?,
        slices: report.slices.iter().map(slice_row).collect(),
        tables: [
            confusion_table("text type", &report.text_types),
            confusion_table("level", &report.levels),
        ],
        robustness: report.robustness.as_ref().map(robustness_view).transpose()?,
        ordinary: report.ordinary.iter().map(ordinary_row).collect(),
    };
    Ok(page.render()?)
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{:.1} %", value * 100.0))
}

fn indicator_rows(report: &Report) -> Result<Vec<IndicatorRow<'_>>, PageError> {
    let rows = report.indicators.iter().map(|(id, indicator)| {
        Ok(IndicatorRow {
            id,
            precision: shown(indicator.precision),
            recall: shown(indicator.recall),
            f1: interval(indicator.f1),
            hits: indicator.counts.hits,
            false_alarms: indicator.counts.false_alarms,
            misses: indicator.counts.misses,
            threshold: shown(indicator.threshold),
            plot: curve_plot("precision and recall", &indicator.curve, (200, 120))?,
        })
    });
    rows.collect()
}

fn slice_row(slice: &SliceReport) -> SliceRow {
    let cell = |(name, _): &(&str, &str)| {
        let figure = slice.figures.get(*name).copied();
        figure.map_or_else(String::new, |figure: Figure| interval(figure))
    };
    SliceRow {
        name: format!("{}: {}", slice.by, slice.name),
        posts: slice.posts,
        cells: SLICE_FIGURES.iter().map(cell).collect(),
    }
}

fn ordinary_row(file: &OrdinaryReport) -> OrdinaryRow<'_> {
    OrdinaryRow {
        file,
        raised: interval(file.raised),
        high: interval(file.high),
        distress: interval(file.distress),
        auroc: shown(file.auroc),
    }
}

fn confusion_table(title: &'static str, table: &Confusion) -> ConfusionTable {
    let columns: std::collections::BTreeSet<&String> =
        table.values().flat_map(std::collections::BTreeMap::keys).collect();
    let row = |said: &std::collections::BTreeMap<String, u64>| {
        let all: u64 = said.values().sum();
        columns
            .iter()
            .map(|column| {
                let count = said.get(*column).copied().unwrap_or(0);
                (count, (10 * count).div_ceil(all.max(1)))
            })
            .collect()
    };
    let rows = table.iter().map(|(label, said)| (label.clone(), row(said))).collect();
    ConfusionTable { title, columns: columns.into_iter().cloned().collect(), rows }
}

fn robustness_view(report: &RobustnessReport) -> Result<RobustnessView<'_>, PageError> {
    let share = |part: u64, whole: u64| percent((whole > 0).then(|| part as f64 / whole as f64));
    let by_name = report.evasion.chunk_by(|a, b| a.name == b.name);
    let evasion = by_name
        .map(|rows| EvasionRow {
            name: &rows[0].name,
            is_promised: rows[0].is_promised,
            found: rows.iter().map(|row| share(row.found, row.posts)).collect(),
            same: rows.last().map_or_else(String::new, |row| share(row.same, row.posts)),
        })
        .collect();
    Ok(RobustnessView { plot: evasion_plot(&report.evasion)?, report, evasion })
}

/// Axes from 0 to 1 with names.
struct Axes {
    plot: &'static str,
    size: (u32, u32),
    x: &'static str,
    y: &'static str,
    /// Upper end of the x axis.
    x_end: f64,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = plotters::chart::ChartContext<
    'a,
    SVGBackend<'b>,
    plotters::coord::cartesian::Cartesian2d<
        plotters::coord::types::RangedCoordf64,
        plotters::coord::types::RangedCoordf64,
    >,
>;

/// An SVG of what `draw` puts between `axes`.
fn svg<E: std::error::Error + Send + Sync>(
    axes: &Axes,
    draw: impl FnOnce(&mut Chart<'_, '_>) -> Result<(), DrawingAreaErrorKind<E>>,
) -> Result<String, PageError>
where
    DrawingAreaErrorKind<E>: From<DrawingAreaErrorKind<std::io::Error>>,
{
    let failed = |error: DrawingAreaErrorKind<E>| PageError::Plot {
        plot: axes.plot,
        reason: error.to_string(),
    };
    let mut out = String::new();
    {
        let area: Area<'_> = SVGBackend::with_string(&mut out, axes.size).into_drawing_area();
        let is_small = axes.size.0 < 300;
        area.fill(&WHITE).map_err(|error| failed(error.into()))?;
        let (label, margin) = if is_small { (9, 22) } else { (13, 42) };
        let mut chart = ChartBuilder::on(&area)
            .margin(6)
            .x_label_area_size(margin)
            .y_label_area_size(margin + 4)
            .build_cartesian_2d(0.0..axes.x_end, 0.0..1.0)
            .map_err(|error| failed(error.into()))?;
        chart
            .configure_mesh()
            .x_labels(if is_small { 3 } else { 6 })
            .y_labels(if is_small { 3 } else { 6 })
            .light_line_style(WHITE.mix(0.0))
            .bold_line_style(GUIDE.mix(0.4))
            .axis_style(INK)
            .label_style(("sans-serif", label).into_font())
            .x_desc(if is_small { "" } else { axes.x })
            .y_desc(if is_small { "" } else { axes.y })
            .draw()
            .map_err(|error| failed(error.into()))?;
        draw(&mut chart).map_err(failed)?;
        area.present().map_err(|error| failed(error.into()))?;
    }
    Ok(out)
}

fn line(points: impl IntoIterator<Item = (f64, f64)>, color: RGBColor) -> PathElement<(f64, f64)> {
    PathElement::new(points.into_iter().collect::<Vec<_>>(), color.stroke_width(2))
}

fn curve_plot(
    plot: &'static str,
    curve: &[CurvePoint],
    size: (u32, u32),
) -> Result<String, PageError> {
    let axes = Axes { plot, size, x: "recall", y: "precision", x_end: 1.0 };
    svg(&axes, |chart| {
        let points = curve.iter().map(|point| (point.recall, point.precision));
        chart.draw_series(LineSeries::new(points, LINE.stroke_width(2)))?;
        Ok(())
    })
}

fn reliability_plot(score: &Reliability, indicators: &Reliability) -> Result<String, PageError> {
    let (x, y) = ("confidence", "observed");
    let axes = Axes { plot: "reliability", size: (420, 320), x, y, x_end: 1.0 };
    svg(&axes, |chart| {
        chart.draw_series([line([(0.0, 0.0), (1.0, 1.0)], GUIDE)])?;
        for (reliability, color) in [(score, LINE), (indicators, SECOND)] {
            let points: Vec<(f64, f64)> =
                reliability.bins.iter().map(|bin| (bin.confidence, bin.observed)).collect();
            chart.draw_series([line(points.iter().copied(), color)])?;
            let filled = ShapeStyle::from(color).filled();
            chart.draw_series(points.iter().map(|point| Circle::new(*point, 4, filled)))?;
        }
        Ok(())
    })
}

fn budget_plot(files: &[OrdinaryReport]) -> Result<String, PageError> {
    let (x, y) = ("share of ordinary posts that is looked at", "labelled high, found");
    let axes = Axes { plot: "recall by budget", size: (420, 320), x, y, x_end: 0.05 };
    svg(&axes, |chart| {
        for (at, file) in files.iter().enumerate() {
            let points = file.recall_at_budget.iter().filter_map(|(x, y)| Some((*x, (*y)?)));
            let color = if at % 2 == 0 { LINE } else { SECOND };
            chart.draw_series([line(points, color)])?;
        }
        Ok(())
    })
}

fn evasion_plot(rows: &[EvasionReport]) -> Result<String, PageError> {
    let (x, y) = ("share of words in disguise", "found at elevated or above");
    let axes = Axes { plot: "evasion", size: (640, 360), x, y, x_end: 1.0 };
    svg(&axes, |chart| {
        for way in rows.chunk_by(|a, b| a.name == b.name) {
            let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
            let plain = (0.0, share(way[0].found_plain, way[0].posts));
            let found = way.iter().map(|row| (row.strength, share(row.found, row.posts)));
            let color = if way[0].is_promised { LINE } else { SECOND };
            chart.draw_series([line(std::iter::once(plain).chain(found), color)])?;
        }
        Ok(())
    })
}
